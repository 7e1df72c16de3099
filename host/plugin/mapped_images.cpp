// host/plugin/mapped_images.cpp
#include "host/plugin/mapped_images.h"

#include <link.h>

#include <cstddef>
#include <string_view>

namespace berth::host {

bool isMapped(const std::filesystem::path& path) noexcept {
    std::string_view wanted = path.native();
    const auto hasName = [](dl_phdr_info* image, std::size_t, void* name) -> int {
        return image->dlpi_name != nullptr &&
               image->dlpi_name == *static_cast<std::string_view*>(name);
    };
    return ::dl_iterate_phdr(hasName, &wanted) != 0;
}

}  // namespace berth::host
