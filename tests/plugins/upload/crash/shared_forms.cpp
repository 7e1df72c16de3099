// tests/plugins/upload/crash/shared_forms.cpp
#include "forms.h"

namespace berth::test {
namespace {

void twoAtOnce(Scene& scene) {
    scene.start();
    const auto a = scene.file("a", someBytes(kSize, 1));
    const auto b = scene.file("b", someBytes(6'000, 2));
    SceneClient first(scene);
    SceneClient second(scene);
    first.send(putHeader("a", a.size(), kAck));
    first.sendUntil(a.substr(0, kHalf), scene.part("a"), kHalf);
    second.send(putHeader("b", b.size(), kAck));
    second.sendUntil(b.substr(0, 3'000), scene.part("b"), 3'000);
    first.send(a.substr(kHalf));
    first.expect("200, 201");
    second.send(b.substr(3'000));
    second.expect("200, 201");
}

void twoServices(Scene& scene) {
    scene.start();
    scene.startSecond();
    const auto bytes = scene.file("a", someBytes(kSize));
    expectOutcomes("200, 400 incomplete",
                   scene.talk({putHeader("a", kSize), bytes.substr(0, kHalf)}));
    expectOutcomes("200, 201", scene.talkToSecond({putHeader("a", kSize, offsetOf(kHalf) + kAck),
                                                   bytes.substr(kHalf)}));
}

void takeOver(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    SceneClient silent(scene);
    silent.send(putHeader("a", kSize));
    silent.sendUntil(bytes.substr(0, kHalf), scene.part("a"), kHalf);
    expectOutcomes("200, 201", scene.talk({putHeader("a", kSize, offsetOf(kHalf) + kAck),
                                           bytes.substr(kHalf)}));
    silent.expect("200, 409 taken-over");
}

void startOverASilentOne(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    SceneClient silent(scene);
    silent.send(putHeader("a", kSize));
    silent.sendUntil(bytes.substr(0, kHalf), scene.part("a"), kHalf);
    const auto other = scene.file("a", someBytes(kSize, 2));
    expectOutcomes("200, 201", scene.talk({putHeader("a", kSize, kAck), other}));
    silent.expect("200, 409 taken-over");
}

// Somebody else gives the name to a file of theirs while one comes.
void takeTheName(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    SceneClient client(scene);
    client.send(putHeader("a", kSize, kAck));
    client.sendUntil(bytes.substr(0, kHalf), scene.part("a"), kHalf);
    scene.appear("a", scene.file("a", "theirs"));
    client.send(bytes.substr(kHalf));
    client.expect("200, 409 exists");
}

// A client that asks whether a file is there trusts the answer as it trusts a 201.
void askBeforeTheFolderIsSynced(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    scene.recorder().beforeFolderSync(
        [&] { expectOutcomes("200", scene.talk({statHeader("a")})); });
    expectOutcomes("200", scene.talk({putHeader("a", kSize) + bytes}));
}

void dieBeforeTheFolderIsSynced(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    scene.recorder().beforeFolderSync([&] {
        scene.recorder().kill();
        throw Killed();
    });
    expectOutcomes("killed", scene.talk({putHeader("a", kSize, kAck), bytes}));
    scene.crash();
    scene.start();
    expectOutcomes("200", scene.talk({statHeader("a")}));
}

void refuseWhatIsTooMuch(Scene& scene) {
    scene.start();
    const auto bytes = scene.file("a", someBytes(kSize));
    expectOutcomes("507 quota-exceeded", scene.talk({putHeader("a", 50'000, kAck)}));
    expectOutcomes("200, 400 incomplete",
                   scene.talk({putHeader("a", kSize), bytes.substr(0, kHalf)}));
    expectOutcomes("409 offset-mismatch", scene.talk({putHeader("a", kSize, offsetOf(1))}));
    expectOutcomes("409 part-mismatch", scene.talk({putHeader("a", kSize - 1, offsetOf(kHalf))}));
    expectOutcomes("200, 201", scene.talk({putHeader("a", kSize, offsetOf(kHalf) + kAck),
                                           bytes.substr(kHalf)}));
}

}  // namespace

std::vector<Form> sharedForms() {
    const auto used = usedFolder();
    return {
        {"two at once", twoAtOnce, {}, used, Detail::Coarse},
        {"two services on one folder", twoServices, {}, used},
        {"a newer connection goes on for a silent one", takeOver, {}, used},
        {"a newer connection starts over for a silent one", startOverASilentOne, {}, used},
        {"the name is taken meanwhile", takeTheName, {}, used},
        {"asked for before the folder is synced", askBeforeTheFolderIsSynced, {}, used},
        {"killed before the folder is synced, asked for then",
         dieBeforeTheFolderIsSynced,
         {},
         used},
        {"refused in between", refuseWhatIsTooMuch, {{"max_total_size", "20000"}}, used},
    };
}

}  // namespace berth::test
