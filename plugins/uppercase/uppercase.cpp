// plugins/uppercase/uppercase.cpp - sends back what it receives, in upper case.
#include <berth/export.h>
#include <berth/service.h>
#include <berth/settings.h>

#include <optional>
#include <string>

#include "exit_word.h"
#include "unicode.h"

namespace berth::uppercase {
namespace {

enum class Encoding { Ascii, Utf8 };

struct Settings {
    Encoding encoding = Encoding::Ascii;
    std::string exitWord = "exit";

    static void describe(Schema<Settings>& schema) {
        schema.choice("encoding", &Settings::encoding,
                      {{"ascii", Encoding::Ascii}, {"utf-8", Encoding::Utf8}},
                      "Which letters have an upper case: a to z, or those of every script.");
        schema
            .field("exit_word", &Settings::exitWord,
                   "A client that sends this word as a line or a whole chunk is closed; empty: "
                   "never.")
            .mayBeEmpty();
    }
};

class Uppercase final : public Service {
public:
    Uppercase(const Settings& settings, Context& context)
        : settings_(settings),
          log_(context.log()),
          exits_(context.counter("exits", "Clients that left by the exit word.")) {
        if (settings_.encoding == Encoding::Utf8) unicode_.emplace();
    }

    void handle(Connection& client) override {
        const bool left = unicode_ ? serveUnicode(client) : serveAscii(client);
        if (!left) return;
        exits_.add();
        if (log_.enabled(LogLevel::Debug)) {
            log_.debug(std::string(client.peer()) + " left by the exit word");
        }
    }

private:
    // Both return whether the client left by the exit word, else it finished sending.
    bool serveAscii(Connection& client) const {
        ExitWord exitWord(settings_.exitWord);
        while (const auto received = client.receive()) {
            const auto bytes = exitWord.upperBefore(received);
            if (!bytes.empty()) client.write(bytes);
            if (exitWord.found()) return true;
        }
        return false;
    }

    bool serveUnicode(Connection& client) const {
        ExitWord exitWord(settings_.exitWord);
        UnicodeUpper upper(*unicode_);
        while (const auto received = client.receive()) {
            client.writeText(upper.convert(exitWord.before(received)));
            if (exitWord.found()) break;
        }
        client.writeText(upper.rest());
        return exitWord.found();
    }

    const Settings settings_;
    Log& log_;
    Counter& exits_;
    std::optional<UnicodeCase> unicode_;
};

}  // namespace
}  // namespace berth::uppercase

BERTH_SERVICE("uppercase", berth::uppercase::Uppercase, berth::uppercase::Settings);
