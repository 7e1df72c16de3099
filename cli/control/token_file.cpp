// cli/control/token_file.cpp
#include "cli/control/token_file.h"

#include <Poco/String.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "cli/app/failure.h"

namespace berth::cli {
namespace {

constexpr std::size_t kLongestToken = 4096;

bool othersMayRead(const std::filesystem::path& file) {
    using std::filesystem::perms;
    std::error_code ignored;
    const auto mode = std::filesystem::status(file, ignored).permissions();
    return !ignored && (mode & (perms::group_all | perms::others_all)) != perms::none;
}

}  // namespace

std::string readToken(const std::filesystem::path& file, const Console& console) {
    std::ifstream stream(file);
    std::string token;
    if (!stream || !std::getline(stream, token)) {
        const auto reason =
            stream.is_open() ? "it is empty" : std::generic_category().message(errno);
        throw Failure(ExitCode::NoPermission,
                      file.string() + ": cannot read the control port's token: " + reason +
                          "; run as the host's user, or name the token with --token-file");
    }
    Poco::trimInPlace(token);
    if (token.empty() || token.size() > kLongestToken) {
        throw Failure(ExitCode::NoPermission, file.string() + ": holds no token");
    }
    if (othersMayRead(file)) {
        console.complain(file.string() + ": other users may read this token; chmod 600 it");
    }
    return token;
}

}  // namespace berth::cli
