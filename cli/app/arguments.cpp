// cli/app/arguments.cpp
#include "cli/app/arguments.h"

#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>

#include <cctype>
#include <utility>

#include "berth/words.h"
#include "cli/app/failure.h"

namespace berth::cli {
namespace {

Poco::Util::OptionSet optionSet(const std::vector<Option>& options) {
    Poco::Util::OptionSet set;
    for (const auto& option : options) {
        Poco::Util::Option row(option.name, option.shortName, option.help);
        if (!option.argument.empty()) row.argument(option.argument);
        set.addOption(row.repeatable(option.repeated));
    }
    return set;
}

bool looksLikeOption(const std::string& word) {
    return word.size() > 1 && word.front() == '-' &&
           std::isdigit(static_cast<unsigned char>(word[1])) == 0;
}

std::string unknownOption(const std::string& word, const std::vector<Option>& options) {
    std::vector<std::string> known;
    for (const auto& option : options) known.push_back("--" + option.name);
    auto text = "unknown option " + word;
    if (const auto near = closestWord(word.substr(0, word.find('=')), known)) {
        text += "; did you mean " + *near + "?";
    }
    return text + " (put -- before words that begin with a dash)";
}

}  // namespace

Arguments::Arguments(std::string command, std::span<const std::string> words,
                     const std::vector<Option>& options, std::size_t freeAfter)
    : command_(std::move(command)) {
    const auto set = optionSet(options);
    Poco::Util::OptionProcessor processor(set);
    processor.setUnixStyle(true);
    const auto fail = [&](const std::string& why) {
        throw Failure(ExitCode::Usage, command_ + ": " + why + "; see berth help " + command_);
    };
    bool valueExpected = false;
    bool free = freeAfter == 0;
    for (const auto& word : words) {
        if (!valueExpected && (free || !looksLikeOption(word))) {
            operands_.push_back(word);
            free = free || operands_.size() >= freeAfter;
            continue;
        }
        if (!valueExpected && word == "--") {
            free = true;
            continue;
        }
        try {
            std::string name;
            std::string value;
            static_cast<void>(processor.process(word, name, value));
            valueExpected = name.empty();
            if (!valueExpected) values_[name].push_back(value);
        } catch (const Poco::Util::UnknownOptionException&) {
            fail(unknownOption(word, options));
        } catch (const Poco::Util::AmbiguousOptionException&) {
            fail("option " + word + " is short for more than one option; write it in full");
        } catch (const Poco::Util::DuplicateOptionException&) {
            fail("option " + word + " is given twice");
        } catch (const Poco::Util::OptionException& error) {
            fail("option " + word + ": " + error.message());
        }
    }
    if (valueExpected) fail("option " + words.back() + " needs a value");
}

std::optional<std::string> Arguments::value(const std::string& option) const {
    const auto& given = values(option);
    if (given.empty()) return std::nullopt;
    return given.back();
}

const std::vector<std::string>& Arguments::values(const std::string& option) const {
    static const std::vector<std::string> kNone;
    const auto found = values_.find(option);
    return found == values_.end() ? kNone : found->second;
}

}  // namespace berth::cli
