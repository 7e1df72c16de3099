// tests/plugins/upload/crash/survey.cpp
#include "survey.h"

#include <iostream>
#include <stdexcept>

#include "support/sanitized.h"

namespace berth::test {
namespace {

// A sanitizer slows all down; what it could find shows in a part of the states as well.
constexpr std::size_t kEach = scaled(1, 4);

}  // namespace

StateCounts& StateCounts::operator+=(const StateCounts& other) noexcept {
    killed += other.killed;
    orderly += other.orderly;
    disorderly += other.disorderly;
    return *this;
}

Survey::Survey(const Form& form) : form_(form), scene_(form.begin, form.settings) {
    form_.act(scene_);
    if (!scene_.finish()) throw std::runtime_error("a change of the folder was not recorded");
}

void Survey::judgeAll() {
    CrashStates states(scene_.history(), form_.detail);
    const auto& timeline = scene_.timeline();
    Moment moment{0, 0};
    for (; moment.time <= events(); ++moment.time) {
        while (moment.promises + 1 < timeline.size() &&
               timeline[moment.promises + 1].first <= moment.time) {
            ++moment.promises;
        }
        judgeMoment(moment, states);
    }
}

void Survey::judgeMoment(const Moment& moment, CrashStates& states) {
    judge(states.afterKill(moment.time), Crash::ProgramKilled, moment, counts_.killed);
    states.afterOrderlyPowerLoss(moment.time, [&](const FolderImage& image) {
        judge(image, Crash::PowerLost, moment, counts_.orderly);
    });
    states.afterPowerLoss(moment.time, [&](const FolderImage& image) {
        judge(image, Crash::PowerLost, moment, counts_.disorderly);
    });
}

void Survey::judge(const FolderImage& image, Crash crash, const Moment& moment,
                   std::size_t& count) {
    if (!known_.insert({hashOf(image), moment.promises, crash}).second) return;
    if (count++ % kEach != 0) return;
    const auto& promises = scene_.timeline()[moment.promises].second;
    attempt(image, crash, moment,
            [&](const auto& folder) { StateCheck(scene_, image, promises, crash, folder).run(); });
    if (crash == Crash::ProgramKilled) return;
    attempt(image, crash, moment, [&](const auto& folder) {
        StateCheck(scene_, image, promises, crash, folder).runLater();
    });
}

template <class Work>
void Survey::attempt(const FolderImage& image, Crash crash, const Moment& moment,
                     const Work& work) {
    const auto path = folder_ / std::to_string(++attempts_);
    try {
        work(path);
    } catch (const std::exception& error) {
        if (wrong_[error.what()]++ == 0) {
            std::cout << "\n"
                      << form_.name << ": "
                      << (crash == Crash::PowerLost ? "power fails" : "the program is killed")
                      << " after event " << moment.time << ": " << error.what() << "\n"
                      << scene_.history().describe(moment.time) << "  leaves\n"
                      << describe(image);
        }
    }
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

std::vector<FolderImage> Survey::folders() {
    std::vector<FolderImage> folders;
    std::set<std::uint64_t> known;
    CrashStates states(scene_.history(), form_.detail);
    for (std::size_t time = 0; time <= events(); ++time) {
        states.afterPowerLoss(time, [&](FolderImage image) {
            if (known.insert(hashOf(image)).second) folders.push_back(std::move(image));
        });
    }
    return folders;
}

}  // namespace berth::test
