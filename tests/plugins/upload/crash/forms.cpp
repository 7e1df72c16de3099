// tests/plugins/upload/crash/forms.cpp
#include "forms.h"

#include "require.h"
#include "upload/part_state.h"

namespace berth::test {
namespace {

FolderImage afterAService(const FolderImage& before, const Values& settings,
                          const std::vector<std::string>& pieces) {
    const TemporaryFolder folder;
    makeImage(before, folder / "folder");
    testing::TestContext context;
    auto service =
        uploadPlugin().create("upload", settingsFor(folder / "folder", settings), context);
    testing::LoopbackConnection client;
    for (const auto& piece : pieces) client.send(piece);
    client.finishSending();
    service->handle(client);
    service->stop();
    return withBoot(readImage(folder / "folder"), upload::currentBoot(), kEarlierBoot);
}

}  // namespace

FolderImage usedFolder() {
    return afterAService({}, {}, {});
}

FolderImage withPublished(FolderImage image, const std::string& name, const std::string& bytes) {
    // A number that no other file of the image has.
    image[name] = {
        .node = ~std::size_t{0}, .mode = 0640, .content = std::make_shared<Content>(bytes)};
    return image;
}

FolderImage withStored(const std::string& name, const std::string& bytes, std::size_t stored,
                       const Values& settings) {
    return afterAService({}, settings, {putHeader(name, bytes.size()), bytes.substr(0, stored)});
}

void expectOutcomes(const std::string& expected, const std::string& actual) {
    requireEqual(expected, actual, "the answers");
}

std::vector<std::string> inPieces(const std::string& header, const std::string& bytes,
                                  std::size_t size) {
    std::vector<std::string> pieces{header};
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        pieces.push_back(bytes.substr(at, size));
    }
    return pieces;
}

std::string digestOf(const std::string& bytes) {
    return R"(,"sha256":")" + sha256Of(bytes) + "\"";
}

std::string offsetOf(std::size_t bytes) {
    return R"(,"offset":)" + std::to_string(bytes);
}

}  // namespace berth::test
