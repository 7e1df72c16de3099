// plugins/upload/reply.h - replies as one JSON object on one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::upload {

// Members in the order they were added.
class Reply {
public:
    explicit Reply(int status) : text_("{\"status\":" + std::to_string(status)) {}

    Reply& add(std::string_view name, std::uint64_t number);
    Reply& add(std::string_view name, bool yes);
    Reply& add(std::string_view name, const std::string& text);

    // The object and a line feed.
    [[nodiscard]] std::string line() const { return text_ + "}\n"; }

private:
    void addRaw(std::string_view name, std::string_view value);

    std::string text_;
};

}  // namespace berth::upload
