// tests/plugins/upload/crash/broken_forms.cpp
#include "forms.h"

namespace berth::test {
namespace {

// Sends `to` - `from` bytes of a file and ends.
void breakOff(Scene& scene, const std::string& bytes, std::size_t from, std::size_t to) {
    expectOutcomes(kIncomplete, scene.talk(inPieces(
                                    putHeader("a", bytes.size(), from == 0 ? "" : offsetOf(from)),
                                    bytes.substr(from, to - from), 3'000)));
}

void goOn(Scene& scene, const std::string& bytes, std::size_t from) {
    expectOutcomes("200, 201", scene.talk({putHeader("a", bytes.size(), offsetOf(from) + kAck),
                                           bytes.substr(from)}));
}

void resume(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    breakOff(scene, bytes, 0, kHalf);
    goOn(scene, bytes, kHalf);
}

void resumeWithDigest(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    expectOutcomes(kIncomplete,
                   scene.talk({putHeader("a", kSize, digestOf(bytes)), bytes.substr(0, kHalf)}));
    goOn(scene, bytes, kHalf);
}

void stopAndResume(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    breakOff(scene, bytes, 0, kHalf);
    scene.stop();
    scene.start();
    breakOff(scene, bytes, kHalf, kHalf + 1'000);
    scene.stop();
    scene.start();
    goOn(scene, bytes, kHalf + 1'000);
}

void stopOnFirstUse(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(1'000));
    breakOff(scene, bytes, 0, 500);
    scene.stop();
}

void vanish(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    {
        SceneClient client(scene);
        client.send(putHeader("a", kSize, kAck));
        client.sendUntil(bytes.substr(0, kHalf), scene.part("a"), kHalf);
        client.vanish();
        client.waitForEnd();
    }
    scene.crash();
    scene.start();
    goOn(scene, bytes, kHalf);
}

// --- a part that was kept from before the machine was started ---

void resumeKept(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    breakOff(scene, bytes, kHalf, 8'000);
    goOn(scene, bytes, 8'000);
}

// What is remembered grows by the digest.
void resumeKeptWithDigest(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    expectOutcomes(kIncomplete,
                   scene.talk({putHeader("a", kSize, offsetOf(kHalf) + digestOf(bytes)),
                               bytes.substr(kHalf, 3'000)}));
    goOn(scene, bytes, 8'000);
}

// Bytes that were not safe when power failed, and are other ones now.
FolderImage withTail(FolderImage image) {
    auto& part = image.at(".berth-upload/parts/a").content;
    part = std::make_shared<Content>(part->bytes + someBytes(3'000, 7));
    return image;
}

// A whole file that is published, and has the name of a part still.
FolderImage withBothNames(FolderImage image) {
    auto& part = image.at(".berth-upload/parts/a");
    part.content = std::make_shared<Content>(someBytes(kSize));
    part.mode = 0640;
    image["a"] = part;
    return image;
}

void replaceWhatHasBothNames(Scene& scene) {
    scene.givesUp("a");
    scene.file("a", someBytes(kSize));
    scene.start();
    breakOff(scene, scene.file("a", someBytes(kSize, 2)), 0, 8'000);
}

void resumeKeptBesideAnother(Scene& scene) {
    scene.file("a", someBytes(3'000, 9));
    resumeKept(scene);
}

void startOverKept(Scene& scene) {
    scene.start();
    scene.file("a", someBytes(kSize));
    const auto other = scene.file("a", someBytes(kSize, 2));
    scene.givesUp("a");
    breakOff(scene, other, 0, 8'000);
    scene.stop();
}

void replaceWhatWasKept(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    goOn(scene, bytes, kHalf);
    const auto other = scene.file("a", someBytes(kSize, 2));
    breakOff(scene, other, 0, 8'000);
}

void refuseWhatWasKept(Scene& scene) {
    scene.start();
    const auto good = scene.file("a", someBytes(kSize, 2));
    const auto bad = scene.refusedFile("a", someBytes(kSize), digestOf(good));
    scene.givesUp("a");
    expectOutcomes(
        "200, 422 checksum-mismatch",
        scene.talk({putHeader("a", kSize, offsetOf(kHalf) + digestOf(good)), bad.substr(kHalf)}));
    breakOff(scene, good, 0, 8'000);
}

void expireWhatWasKept(Scene& scene) {
    std::filesystem::last_write_time(
        scene.part("a"), std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
    scene.file("a", someBytes(kSize));
    scene.givesUp("a");
    scene.start();
    const auto other = scene.file("a", someBytes(kSize, 2));
    breakOff(scene, other, 0, 8'000);
}

void stopAfterStartingOver(Scene& scene) {
    scene.start();
    const auto first = scene.file("a", someBytes(kSize));
    breakOff(scene, first, 0, 8'000);
    scene.stop();
    scene.start();
    scene.givesUp("a");
    const auto second = scene.file("a", someBytes(kSize, 2));
    breakOff(scene, second, 0, kHalf);
    scene.stop();
}

}  // namespace

std::vector<Form> brokenForms() {
    const auto used = usedFolder();
    const auto kept = withStored("a", someBytes(kSize), kHalf);
    return {
        {"resumed", resume, {}, used},
        {"resumed, with a digest", resumeWithDigest, {}, used},
        {"stopped and resumed, twice", stopAndResume, {}, used},
        {"stopped at the first use of a folder", stopOnFirstUse, {}, {}, Detail::Coarse},
        {"the client vanishes, then the host", vanish, {}, used},
        {"kept, resumed", resumeKept, {}, kept},
        {"kept, resumed with a digest", resumeKeptWithDigest, {}, kept},
        {"kept with lost bytes behind, resumed", resumeKept, {}, withTail(kept)},
        {"kept, started over with other bytes, stopped", startOverKept, {}, kept},
        {"kept, resumed, published, then replaced", replaceWhatWasKept, kOverwrite, kept},
        {"kept, refused for its digest, then another", refuseWhatWasKept, {}, kept},
        {"kept, expired, then another", expireWhatWasKept, {}, kept},
        {"kept beside a published file, resumed", resumeKeptBesideAnother, kOverwrite,
         withPublished(kept, "a", someBytes(3'000, 9))},
        {"both names of a renamed file, then another", replaceWhatHasBothNames, kOverwrite,
         withBothNames(kept)},
        {"stopped, started over, stopped", stopAfterStartingOver, {}, used},
    };
}

}  // namespace berth::test
