// kit/reporter.cpp
#include "kit/reporter.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace berth::kit {
namespace {

// A plugin's words may hold anything.
std::string oneWord(std::string_view text) {
    std::string word(text);
    std::ranges::replace_if(
        word, [](unsigned char byte) { return byte < ' '; }, ' ');
    return word;
}

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
    const auto line = std::string(verb) + "\t" + oneWord(first) + "\t" + oneWord(second) + "\n";
    for (std::string_view rest = line; !rest.empty();) {
        const auto count = ::write(descriptor_, rest.data(), rest.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) ::_exit(EXIT_FAILURE);
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace berth::kit
