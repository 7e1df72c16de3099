// cli/talk/line_editor.cpp
#include "cli/talk/line_editor.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cwchar>
#include <exception>
#include <utility>

#include "cli/app/failure.h"

namespace berth::cli {
namespace {

constexpr int kKey = 1;
constexpr int kEnd = 0;
constexpr int kError = -1;

char* prompt(EditLine*) noexcept {
    static std::array<char, 3> text{'>', ' ', '\0'};  // libedit's type is not const
    return text.data();
}

// One character of standard input, which may be several bytes.
int readCharacter(wchar_t* key) noexcept {
    std::mbstate_t state{};
    for (;;) {
        char byte = 0;
        const auto count = ::read(STDIN_FILENO, &byte, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count == 0 ? kEnd : kError;
        const auto size = std::mbrtowc(key, &byte, 1, &state);
        if (size <= 1) return kKey;
        if (size == static_cast<std::size_t>(-1)) state = {};  // no character: skip the byte
    }
}

}  // namespace

LineEditor::LineEditor(WaitForKey wait, LineHistory* history)
    : wait_(std::move(wait)),
      history_(history),
      editor_(::el_init("berth", stdin, stdout, stderr)) {
    if (!editor_) throw Failure(ExitCode::InputOutput, "the terminal cannot be used for editing");
    auto* const editor = editor_.get();
    ::el_set(editor, EL_CLIENTDATA, this);
    ::el_set(editor, EL_PROMPT, &prompt);
    ::el_set(editor, EL_EDITOR, "emacs");
    ::el_set(editor, EL_SIGNAL, 1);
    ::el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    ::el_set(editor, EL_GETCFN, &LineEditor::readKey);
    if (history_ != nullptr) ::el_set(editor, EL_HIST, &::history, history_->handle());
    ::el_source(editor, nullptr);  // the user's ~/.editrc
}

int LineEditor::readKey(EditLine* editor, wchar_t* key) noexcept {
    void* self = nullptr;
    ::el_get(editor, EL_CLIENTDATA, &self);
    try {
        if (!static_cast<LineEditor*>(self)->wait_()) return kEnd;
    } catch (const std::exception&) {
        return kError;
    }
    return readCharacter(key);
}

std::optional<std::string> LineEditor::readLine() {
    int count = 0;
    const char* text = ::el_gets(editor_.get(), &count);
    if (text == nullptr || count <= 0) return std::nullopt;
    std::string line(text, static_cast<std::size_t>(count));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    if (history_ != nullptr) history_->add(line);
    return line;
}

void LineEditor::redraw() {
    ::el_set(editor_.get(), EL_REFRESH);
}

}  // namespace berth::cli
