// sdk/src/abi.cpp - this build's own side of the ABI comparison.
#include "berth/abi.h"

#include "berth/abi_note.h"

namespace berth::abi {

const PluginNote& hostNote() noexcept {
    static constexpr PluginNote kNote = detail::layoutNote();
    return kNote;
}

}  // namespace berth::abi
