// tests/plugins/upload/crash/forms.h - uploads of different forms, each a scene to be crashed.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "crash_states.h"
#include "scene.h"

namespace berth::test {

inline constexpr std::size_t kSize = 10'000;  // three blocks
inline constexpr std::size_t kHalf = 5'000;
inline const std::string kIncomplete = "200, 400 incomplete";

struct Form {
    std::string name;
    std::function<void(Scene&)> act;
    Values settings{};
    FolderImage begin{};
    Detail detail = Detail::Fine;
};

inline const Values kOverwrite{{"overwrite", "on"}};

// Uploads that come whole, on a folder that has nothing to go on with.
[[nodiscard]] std::vector<Form> wholeForms();
// Uploads that break, go on, or start over.
[[nodiscard]] std::vector<Form> brokenForms();
// Several clients, services and lives of the host.
[[nodiscard]] std::vector<Form> sharedForms();

// --- what they begin with ---

// A folder that a service has used, and nothing in it.
[[nodiscard]] FolderImage usedFolder();
[[nodiscard]] FolderImage withPublished(FolderImage image, const std::string& name,
                                        const std::string& bytes);
// With the beginning of a file that a service, stopped since, keeps from before the machine was
// started.
[[nodiscard]] FolderImage withStored(const std::string& name, const std::string& bytes,
                                     std::size_t stored, const Values& settings = {});

// The outcomes must be these.
void expectOutcomes(const std::string& expected, const std::string& actual);
// The bytes in pieces of that size, behind the header.
[[nodiscard]] std::vector<std::string> inPieces(const std::string& header, const std::string& bytes,
                                                std::size_t size);
[[nodiscard]] std::string digestOf(const std::string& bytes);
[[nodiscard]] std::string offsetOf(std::size_t bytes);

}  // namespace berth::test
