// tests/fuzz/model/exec_model.h - what the exec protocol's page and the templates say, for one
// client.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/model/expected.h"
#include "fuzz/model/incoming.h"
#include "fuzz/model/tree.h"

namespace berth::fuzz {

inline constexpr std::size_t kLongestLine = 300;
inline constexpr std::size_t kMostArguments = 12;

// The keys of a service whose commands the model knows: harmless programs that show what they got.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> commandSettings();

// What a command writes, and the error stream when only its form is known.
struct CommandOutcome {
    std::string out{};
    std::string err{};
    std::string complaint{};  // the error stream is one line with this in it
    int code = 0;
};

// Lifetime: borrows the tree.
class ExecModel {
public:
    enum class Framing { Frames, Raw };

    ExecModel(Framing framing, const TreeModel& tree, std::filesystem::path root)
        : framing_(framing), tree_(tree), root_(std::move(root)) {}

    // One request. False when the server closes, or the client is gone.
    [[nodiscard]] bool serveNext(Incoming& in, Expected& expected);

private:
    struct Refused {
        std::string code;
    };
    struct Gone {};

    [[nodiscard]] std::optional<std::string> takeLine(Incoming& in) const;
    [[nodiscard]] Incoming::Event more(Incoming& in) const;
    void skipLine(Incoming& in) const;
    [[nodiscard]] bool serve(const std::vector<std::string>& words, Incoming& in,
                             Expected& expected);
    [[nodiscard]] bool runBuiltin(const std::vector<std::string>& words, Expected& expected);
    [[nodiscard]] CommandOutcome run(const std::vector<std::string>& words) const;
    [[nodiscard]] CommandOutcome show(const std::string& name, const std::string& path) const;

    void expectError(const std::string& code, Expected& expected) const;
    void expectHelp(Expected& expected) const;
    void expect(const CommandOutcome& outcome, Expected& expected) const;

    const Framing framing_;
    const TreeModel& tree_;
    const std::filesystem::path root_;
    Place here_;
};

}  // namespace berth::fuzz
