// plugins/exec/path_arguments.h - the paths that one command is given: opened by the host, so that
// nobody can turn them elsewhere before the program opens them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "berth/unique_fd.h"
#include "exec/parameter.h"
#include "exec/request_error.h"
#include "exec/working_directory.h"

namespace berth::exec {

// A program gets NAME for what is in its working directory, and /proc/self/fd/N/NAME for what is
// anywhere else: N is the opened folder, which the program inherits. For ParameterType::Existing
// N is the file itself. So no part of a path but the last is looked up a second time, and of an
// existing file not even that.
//
// Lifetime: borrows the working directory.
class PathArguments {
public:
    explicit PathArguments(const WorkingDirectory& directory) noexcept : directory_(directory) {}

    // What the program gets for a path as the client wrote it: never out of the tree, never to be
    // taken for an option. Asks the disk.
    [[nodiscard]] std::variant<std::string, RequestError> take(std::string_view path,
                                                               ParameterType type);

    // What the program inherits: the first as descriptor 3, and so on.
    [[nodiscard]] std::span<const UniqueFd> descriptors() const noexcept { return descriptors_; }

private:
    [[nodiscard]] std::variant<std::string, RequestError> takeFile(std::string_view path);
    [[nodiscard]] std::variant<std::string, RequestError> takeFolder(std::string_view path);
    [[nodiscard]] std::variant<std::string, RequestError> takeName(std::string_view folder,
                                                                   std::string_view name);
    [[nodiscard]] bool isHere(const UniqueFd& folder) const noexcept;
    // "/proc/self/fd/N" for a descriptor that the program inherits.
    [[nodiscard]] std::string pass(UniqueFd descriptor);

    const WorkingDirectory& directory_;
    std::vector<UniqueFd> descriptors_;
    std::vector<FileIdentity> identities_;  // of descriptors_
};

}  // namespace berth::exec
