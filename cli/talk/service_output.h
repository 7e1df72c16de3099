// cli/talk/service_output.h - shows what a service says.
#pragma once

#include <string>
#include <string_view>

#include "cli/app/console.h"
#include "cli/app/terminal_text.h"

namespace berth::cli {

// Bytes as they are; on a terminal without what could drive it, unless asked for.
class ServiceOutput {
public:
    ServiceOutput(const Console& console, bool raw)
        : console_(console), filtering_(console.outputIsTerminal() && !raw) {}

    void show(std::string_view bytes) {
        const auto text = filtering_ ? filter_.filter(bytes) : std::string(bytes);
        if (!text.empty()) lineOpen_ = !text.ends_with('\n');
        console_.write(text);
    }
    void finish() {
        if (filtering_) console_.write(filter_.finish());
    }

    // True when the last line has not ended.
    [[nodiscard]] bool lineOpen() const noexcept { return lineOpen_; }
    void endLine() {
        if (lineOpen_) console_.write("\n");
        lineOpen_ = false;
    }

private:
    const Console& console_;
    bool filtering_;
    bool lineOpen_ = false;
    TerminalText filter_;
};

}  // namespace berth::cli
