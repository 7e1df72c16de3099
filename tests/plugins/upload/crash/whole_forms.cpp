// tests/plugins/upload/crash/whole_forms.cpp
#include "forms.h"

namespace berth::test {
namespace {

// One put of one file.
void put(Scene& scene, const std::string& bytes, const std::string& extra,
         const std::string& outcomes, std::size_t piece = 4'000) {
    scene.start();
    scene.file("a", bytes);
    expectOutcomes(outcomes,
                   scene.talk(inPieces(putHeader("a", bytes.size(), extra), bytes, piece)));
}

void replaceTwice(Scene& scene) {
    scene.start();
    scene.file("a", someBytes(kSize, 1));
    const auto second = scene.file("a", someBytes(5'000, 2));
    const auto third = scene.file("a", someBytes(kSize, 3));
    expectOutcomes("200, 201, 200, 201", scene.talk({putHeader("a", second.size(), kAck), second,
                                                     putHeader("a", third.size(), kAck), third}));
}

void refuseTheDigest(Scene& scene) {
    scene.start();
    const auto good = scene.file("a", someBytes(kSize, 2));
    const auto bad = scene.refusedFile("a", someBytes(kSize, 1), digestOf(good));
    expectOutcomes("200, 422 checksum-mismatch",
                   scene.talk({putHeader("a", kSize, digestOf(good)), bad}));
    expectOutcomes("200, 201", scene.talk({putHeader("a", kSize, digestOf(good) + kAck), good}));
}

void refuseTheTakenName(Scene& scene) {
    scene.start();
    scene.file("a", someBytes(kSize, 1));
    expectOutcomes("409 exists", scene.talk({putHeader("a", 3, kAck), "abc"}));
    const auto other = scene.file("b", someBytes(5'000, 2));
    expectOutcomes("200, 201", scene.talk({putHeader("b", other.size(), kAck), other}));
}

void manyOnOneConnection(Scene& scene) {
    scene.start();
    std::vector<std::string> pieces;
    for (const auto* name : {"a", "b", "c"}) {
        const auto bytes = scene.file(name, someBytes(2'000, static_cast<unsigned>(*name)));
        pieces.push_back(putHeader(name, bytes.size()) + bytes);
    }
    expectOutcomes("200, 200, 200", scene.talk(pieces));
}

}  // namespace

std::vector<Form> wholeForms() {
    const auto bytes = someBytes(kSize);
    const auto used = usedFolder();
    const auto form = [&](const std::string& name, const std::string& content,
                          const std::string& extra, const std::string& outcomes) {
        return Form{name, [=](Scene& scene) { put(scene, content, extra, outcomes); }, {}, used};
    };
    return {
        form("plain", bytes, "", "200"),
        form("with ack", bytes, kAck, "200, 201"),
        form("with a digest", bytes, digestOf(bytes), "200"),
        form("with a digest and ack", bytes, digestOf(bytes) + kAck, "200, 201"),
        form("no bytes", "", kAck, "200, 201"),
        form("one byte", "x", kAck, "200, 201"),
        form("begins with CR LF", "\r\n" + bytes, kAck, "200, 201"),
        {"begins with LF, bare header",
         [=](Scene& scene) { put(scene, "\n" + bytes, "", "200"); },
         {},
         used},
        {"larger than a megabyte, digest on a thread",
         [](Scene& scene) {
             const auto large = someBytes(1'300'000);
             put(scene, large, digestOf(large) + kAck, "200, 201", 100'000);
         },
         {},
         used,
         Detail::Coarse},
        {"in many pieces",
         [=](Scene& scene) { put(scene, bytes, kAck, "200, 201", 700); },
         {},
         used},
        {"the first use of a folder",
         [=](Scene& scene) { put(scene, "abc", kAck, "200, 201"); },
         {},
         {},
         Detail::Coarse},
        {"replaces twice, with ack", replaceTwice, kOverwrite,
         withPublished(used, "a", someBytes(kSize, 1))},
        {"a wrong digest, then the right one", refuseTheDigest, {}, used},
        {"a taken name", refuseTheTakenName, {}, withPublished(used, "a", someBytes(kSize, 1))},
        {"three on one connection", manyOnOneConnection, {}, used, Detail::Coarse},
    };
}

}  // namespace berth::test
