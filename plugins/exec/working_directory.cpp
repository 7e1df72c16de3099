// plugins/exec/working_directory.cpp
#include "exec/working_directory.h"

#include <fcntl.h>

#include <utility>

namespace berth::exec {

std::optional<RequestError> WorkingDirectory::renew() {
    auto now = current_.now();
    if (auto* error = std::get_if<RequestError>(&now)) return std::move(*error);
    tree_ = std::get<CurrentTree::Tree>(std::move(now));
    return std::nullopt;
}

std::optional<RequestError> WorkingDirectory::change(std::string_view path) {
    auto opened = open(path, O_DIRECTORY);
    if (auto* error = std::get_if<RequestError>(&opened)) return std::move(*error);
    here_ = std::get<UniqueFd>(std::move(opened));
    if (identityOf(here_) == identityOf(tree_->root())) here_.reset();
    return std::nullopt;
}

std::variant<std::string, RequestError> WorkingDirectory::shown() const {
    auto place = tree_->pathOf(descriptor());
    if (auto* path = std::get_if<std::string>(&place)) return '/' + *path;
    auto error = std::get<RequestError>(std::move(place));
    if (error.code == code::kNotFound) error.text = "the working directory is gone; cd /";
    if (error.code == code::kForbidden) error.text = "the working directory was moved away; cd /";
    return error;
}

std::optional<RequestError> WorkingDirectory::problem() const {
    auto place = shown();
    if (auto* error = std::get_if<RequestError>(&place)) return std::move(*error);
    return std::nullopt;
}

std::variant<UniqueFd, RequestError> WorkingDirectory::open(std::string_view path,
                                                            int flags) const {
    if (!path.starts_with('/')) {
        if (auto error = problem()) return *std::move(error);
    }
    return tree_->open(descriptor(), path, flags);
}

}  // namespace berth::exec
