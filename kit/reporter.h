// kit/reporter.h - the child's end of the pipe on which a test tells how it goes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::kit {

// One line for each event, its words separated by tabs; what is told arrives even when the plugin
// ends the process a moment later.
//
// Threads: one.
class Reporter {
public:
    // Borrows the descriptor.
    explicit Reporter(int descriptor) : descriptor_(descriptor) {}
    Reporter(const Reporter&) = delete;
    Reporter& operator=(const Reporter&) = delete;

    // The step that begins, by its place in the suite.
    void step(std::size_t index);
    // What is being done; when the process dies or hangs this is where.
    void at(std::string_view phase);
    void finding(std::string_view id, std::string_view text);
    void note(std::string_view text);
    // The steps that follow are not run, and why.
    void skipRest(std::string_view why);
    // The present step is over, but this process cannot go on: another one shall.
    [[noreturn]] void abandon();
    void done();

private:
    void send(std::string_view verb, std::string_view first, std::string_view second = {});

    const int descriptor_;
};

}  // namespace berth::kit
