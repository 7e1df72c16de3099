// sdk/src/elf_header.h - tells whether an ELF file is a shared library of this machine.
#pragma once

#include <elf.h>

namespace berth::inspect {

// Throws: FileError that says what it is instead.
void requireSharedLibrary(const Elf64_Ehdr& header);

}  // namespace berth::inspect
