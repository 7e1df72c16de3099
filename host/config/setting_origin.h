// host/config/setting_origin.h - where a setting stands in its file.
#pragma once

#include <string>

#include "host/config/diagnostic.h"

namespace berth::host {

// To turn a SettingIssue into a Diagnostic.
struct SettingOrigin {
    SourcePosition key;
    SourcePosition value;
    std::string sourceLine;
    bool verbatim = true;  // offsets into the text are columns of the file
    bool usable = true;    // false: an error was reported, and others would only follow from it
};

}  // namespace berth::host
