// cli/talk/line_editor.h - reads lines from a terminal with editing and history (libedit).
#pragma once

#include <histedit.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/talk/line_history.h"

namespace berth::cli {

// Standard input is a terminal and standard output too. Ctrl-C ends the program as always, with
// the terminal put back first.
//
// Lifetime: borrows the history, which may be null. Neither copied nor moved: libedit keeps its
//           address.
class LineEditor {
public:
    // Waits until a key was pressed; false ends the reading. May print in the meantime, between
    // clearPrompt() and redraw().
    using WaitForKey = std::function<bool()>;

    // Throws: Failure when the terminal cannot be used.
    LineEditor(WaitForKey wait, LineHistory* history);
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    // The next line without its end; nothing at the end of input or when waiting ended.
    [[nodiscard]] std::optional<std::string> readLine();

    // Wipes the line that is being typed from the screen; draws it again.
    [[nodiscard]] static std::string_view clearPrompt() noexcept { return "\r\x1b[J"; }
    void redraw();

private:
    struct Closer {
        void operator()(EditLine* editor) const noexcept { ::el_end(editor); }
    };
    static int readKey(EditLine* editor, wchar_t* key) noexcept;

    WaitForKey wait_;
    LineHistory* history_;
    std::unique_ptr<EditLine, Closer> editor_;
};

}  // namespace berth::cli
