// kit/reporter.cpp
#include "kit/reporter.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace berth::kit {
namespace {

// Takes no memory: a signal handler writes a line, too.
class Line {
public:
    explicit Line(int descriptor) noexcept : descriptor_(descriptor) {}
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    ~Line() {
        put('\n');
        flush();
    }

    // A plugin's words may hold anything.
    void word(std::string_view text) noexcept {
        put('\t');
        verb(text);
    }
    void verb(std::string_view text) noexcept {
        for (const char c : text) put(static_cast<unsigned char>(c) < ' ' ? ' ' : c);
    }

private:
    void put(char c) noexcept {
        if (size_ == bytes_.size()) flush();
        bytes_[size_++] = c;
    }
    void flush() noexcept {
        for (std::string_view rest(bytes_.data(), size_); !rest.empty();) {
            const auto count = ::write(descriptor_, rest.data(), rest.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) ::_exit(EXIT_FAILURE);
            rest.remove_prefix(static_cast<std::size_t>(count));
        }
        size_ = 0;
    }

    const int descriptor_;
    std::array<char, 1024> bytes_{};
    std::size_t size_ = 0;
};

}  // namespace

void Reporter::step(std::size_t index) {
    send("step", std::to_string(index));
}

void Reporter::at(std::string_view phase) {
    send("at", phase);
}

void Reporter::finding(std::string_view id, std::string_view text) {
    send("finding", id, text);
}

void Reporter::note(std::string_view text) {
    send("note", text);
}

void Reporter::skipRest(std::string_view why) {
    send("skip", why);
}

void Reporter::abandon() {
    send("abandon", "");
    ::_exit(0);
}

void Reporter::done() {
    send("done", "");
}

void Reporter::send(std::string_view verb, std::string_view first, std::string_view second) {
    Line line(descriptor_);
    line.verb(verb);
    line.word(first);
    line.word(second);
}

}  // namespace berth::kit
