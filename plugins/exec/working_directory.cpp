// plugins/exec/working_directory.cpp
#include "exec/working_directory.h"

#include <algorithm>
#include <utility>

namespace berth::exec {

std::string WorkingDirectory::fromRoot(std::string_view path) const {
    if (path.starts_with('/')) {
        path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
        return std::string(path);
    }
    return path_.empty() ? std::string(path) : path_ + '/' + std::string(path);
}

std::optional<RequestError> WorkingDirectory::change(std::string_view path) {
    auto opened = tree_.openDirectory(fromRoot(path));
    if (auto* error = std::get_if<RequestError>(&opened)) return std::move(*error);
    auto real = tree_.pathOf(std::get<UniqueFd>(opened));
    if (!real) return RequestError{code::kForbidden, "the path leads out of the directory"};
    path_ = *std::move(real);
    return std::nullopt;
}

std::variant<UniqueFd, RequestError> WorkingDirectory::open() const {
    auto opened = tree_.openDirectory(path_);
    if (std::holds_alternative<UniqueFd>(opened)) return opened;
    return RequestError{code::kNotFound, "the working directory " + shown() + " is gone; cd /"};
}

std::variant<std::string, RequestError> WorkingDirectory::resolve(const std::string& path) const {
    if (auto problem = tree_.problemWith(fromRoot(path))) return *std::move(problem);
    if (!path.starts_with('/')) return path;
    // A slash means the tree's directory to the client and another one to the program.
    std::string relative = path_.empty() ? "." : "..";
    for (const char c : path_) {
        if (c == '/') relative += "/..";
    }
    const auto rest = fromRoot(path);
    return rest.empty() ? relative : relative + '/' + rest;
}

}  // namespace berth::exec
