// plugins/exec/path_arguments.cpp
#include "exec/path_arguments.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "exec/start_child.h"

namespace berth::exec {
namespace {

bool isDirectory(const UniqueFd& file) {
    struct stat status {};
    return ::fstat(file.value(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Why the program may not be given the entry `name` of a folder; nothing when it may. It may be
// missing, so that a program can make it, but then not be a link, which may point anywhere.
std::optional<RequestError> problemWith(const DirectoryTree& tree, const UniqueFd& folder,
                                        const std::string& name) {
    if (isReserved(name)) return reservedError();
    auto opened = tree.open(folder, name, 0);
    auto* error = std::get_if<RequestError>(&opened);
    if (error == nullptr) return std::nullopt;
    if (error->code != code::kNotFound) return std::move(*error);
    // With a slash behind it the kernel would look at where a link leads.
    const auto entry = name.substr(0, name.find_last_not_of('/') + 1);
    struct stat status {};
    if (::fstatat(folder.value(), entry.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? std::nullopt : std::optional(lookupError(errno));
    }
    if (S_ISLNK(status.st_mode)) {
        return RequestError{code::kForbidden, "the path is a link that leads nowhere"};
    }
    return std::move(*error);
}

}  // namespace

std::variant<std::string, RequestError> PathArguments::take(std::string_view path,
                                                            ParameterType type) {
    if (type == ParameterType::Existing) return takeFile(path);
    const auto last = path.find_last_not_of('/');
    if (last == std::string_view::npos) return takeFolder(path);
    const auto slash = path.substr(0, last + 1).rfind('/');
    const auto begin = slash == std::string_view::npos ? 0 : slash + 1;
    const auto name = path.substr(begin, last + 1 - begin);
    if (name == "." || name == "..") return takeFolder(path);
    return takeName(path.substr(0, begin), path.substr(begin));
}

std::variant<std::string, RequestError> PathArguments::takeFile(std::string_view path) {
    auto opened = directory_.open(path, 0);
    if (auto* error = std::get_if<RequestError>(&opened)) return std::move(*error);
    auto& file = std::get<UniqueFd>(opened);
    const bool folder = isDirectory(file);
    // A program that asks about the name itself would see a link to a folder.
    return pass(std::move(file)) + (folder ? "/." : "");
}

std::variant<std::string, RequestError> PathArguments::takeFolder(std::string_view path) {
    auto opened = directory_.open(path, O_DIRECTORY);
    if (auto* error = std::get_if<RequestError>(&opened)) return std::move(*error);
    auto& folder = std::get<UniqueFd>(opened);
    if (isHere(folder)) return std::string(".");
    return pass(std::move(folder)) + "/.";
}

std::variant<std::string, RequestError> PathArguments::takeName(std::string_view folder,
                                                                std::string_view name) {
    auto opened = directory_.open(folder.empty() ? "." : folder, O_DIRECTORY);
    if (auto* error = std::get_if<RequestError>(&opened)) return std::move(*error);
    auto& parent = std::get<UniqueFd>(opened);
    std::string text(name);
    if (auto error = problemWith(directory_.tree(), parent, text)) return *std::move(error);
    if (!isHere(parent)) {
        return pass(std::move(parent)) + '/' + text;
    }
    return text.starts_with('-') ? "./" + text : text;
}

bool PathArguments::isHere(const UniqueFd& folder) const noexcept {
    return identityOf(folder) == identityOf(directory_.descriptor());
}

std::string PathArguments::pass(UniqueFd descriptor) {
    const auto identity = identityOf(descriptor);
    const auto found = std::ranges::find(identities_, identity);
    const auto index = found - identities_.begin();
    if (found == identities_.end()) {
        descriptors_.push_back(std::move(descriptor));
        identities_.push_back(identity);
    }
    return "/proc/self/fd/" + std::to_string(kFirstPassed + index);
}

}  // namespace berth::exec
