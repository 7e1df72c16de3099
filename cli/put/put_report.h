// cli/put/put_report.h - what `berth put` prints about each file.
#pragma once

#include <string>

#include "cli/app/console.h"
#include "cli/app/failure.h"
#include "cli/put/upload.h"

namespace berth::cli {

enum class PutFormat { Text, Json, Quiet };

// A line on standard output for each file that was stored; for each that was not, a line on
// standard error, and with Json one on standard output too.
class PutReport {
public:
    PutReport(const Console& console, PutFormat format) : console_(console), format_(format) {}

    void stored(const std::string& path, const UploadResult& result) const;
    void failed(const std::string& path, const Failure& error) const;

private:
    const Console& console_;
    PutFormat format_;
};

}  // namespace berth::cli
