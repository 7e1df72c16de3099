// tests/fuzz/model/expected.h - what a model says a server must write.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::fuzz {

// A sequence of parts. Some are known to the byte; of others, such as texts for people, only the
// form is known.
class Expected {
public:
    // Takes the part off the front of what was written; false when it is not there.
    using Part = std::function<bool(std::string_view& written)>;

    void add(std::string what, Part part) { parts_.emplace_back(std::move(what), std::move(part)); }
    void text(std::string bytes);

    // Ends the process, and shows both sides, unless `written` is all parts and nothing else.
    void check(std::string_view written) const;

private:
    std::vector<std::pair<std::string, Part>> parts_;
};

// Takes a line off the text, without its line end; nothing is left of a text without one.
[[nodiscard]] bool takeLine(std::string_view& text, std::string_view& line);
// No byte of it controls a terminal, and it is UTF-8.
[[nodiscard]] bool isPrintable(std::string_view text);

}  // namespace berth::fuzz
