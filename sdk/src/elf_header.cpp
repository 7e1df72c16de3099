// sdk/src/elf_header.cpp
#include "elf_header.h"

#include <string>

#include "file_reader.h"

namespace berth::inspect {
namespace {

#if defined(__x86_64__)
constexpr unsigned kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr unsigned kMachine = EM_RISCV;
#else
#error "add the ELF machine number of this processor"
#endif

std::string machineName(unsigned machine) {
    switch (machine) {
        case EM_X86_64:
            return "x86-64";
        case EM_386:
            return "i386";
        case EM_AARCH64:
            return "aarch64";
        case EM_ARM:
            return "arm";
        case EM_RISCV:
            return "riscv";
        case EM_PPC64:
            return "ppc64";
        case EM_S390:
            return "s390";
        default:
            return "machine number " + std::to_string(machine);
    }
}

std::string typeName(unsigned type) {
    switch (type) {
        case ET_REL:
            return "an object file";
        case ET_EXEC:
            return "an executable";
        case ET_CORE:
            return "a core dump";
        default:
            return "an ELF file of type " + std::to_string(type);
    }
}

}  // namespace

void requireSharedLibrary(const Elf64_Ehdr& header) {
    if (header.e_ident[EI_CLASS] != ELFCLASS64) throw FileError("not a 64-bit library");
    if (header.e_ident[EI_DATA] != ELFDATA2LSB) throw FileError("not a little-endian library");
    if (header.e_machine != kMachine) {
        throw FileError("built for " + machineName(header.e_machine) + ", this host is " +
                        machineName(kMachine));
    }
    if (header.e_type != ET_DYN) {
        throw FileError(typeName(header.e_type) + ", not a shared library");
    }
    if (header.e_phnum != 0 && header.e_phentsize != sizeof(Elf64_Phdr)) {
        throw FileError("damaged: a program header has " + std::to_string(header.e_phentsize) +
                        " bytes, it should have " + std::to_string(sizeof(Elf64_Phdr)));
    }
}

}  // namespace berth::inspect
