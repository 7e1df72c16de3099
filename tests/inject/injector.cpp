// tests/inject/injector.cpp
#include "inject/injector.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>

#include "inject/descriptor_kind.h"
#include "inject/frames.h"
#include "inject/page.h"

namespace berth::inject {
namespace {

Page* page = nullptr;

// Nothing that this library calls is looked at.
thread_local bool inside __attribute__((tls_model("initial-exec"))) = false;

class Inside {
public:
    Inside() noexcept : error_(errno) { inside = true; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() {
        inside = false;
        errno = error_;
    }

private:
    const int error_;
};

[[gnu::constructor]] void attach() noexcept {
    const char* const file = std::getenv("BERTH_INJECT");
    if (file == nullptr) return;
    const Inside here;
    const int descriptor = ::open(file, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return;
    void* const memory =
        ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (memory != MAP_FAILED && static_cast<Page*>(memory)->magic == kMagic) {
        page = static_cast<Page*>(memory);
    }
}

bool isName(const std::array<char, kNameSize>& name, const char* function) noexcept {
    return std::strncmp(name.data(), function, name.size()) == 0;
}

std::uint64_t keyOf(const char* function, const Frames& frames) noexcept {
    std::uint64_t key = 14695981039346656037U;  // FNV-1a
    const auto mix = [&key](std::uint64_t value) { key = (key ^ value) * 1099511628211U; };
    for (; *function != '\0'; ++function) mix(static_cast<unsigned char>(*function));
    for (std::size_t i = 0; i < frames.count; ++i) {
        mix(frames.own[i].module);
        mix(frames.own[i].offset);
    }
    return key == 0 ? 1 : key;
}

Record* recordFor(const char* function, const Frames& frames) noexcept {
    const auto key = keyOf(function, frames);
    for (std::size_t tried = 0; tried < 256; ++tried) {
        auto& record = page->records[(key + tried) % kRecords];
        std::uint64_t found = 0;
        if (record.key.compare_exchange_strong(found, key)) {
            std::strncpy(record.function.data(), function, kNameSize - 1);
            record.frames = frames.own;
            record.depth = static_cast<std::uint32_t>(frames.count);
            return &record;
        }
        if (found == key) return &record;
    }
    ++page->dropped;
    return nullptr;
}

void note(const char* function, const Frames& frames, std::uint32_t kinds) noexcept {
    auto* const record = recordFor(function, frames);
    if (record == nullptr) return;
    record->kinds |= kinds;
    ++record->counts[std::min<std::size_t>(page->phase, kPhases - 1)];
}

bool isOrdered(const Frames& frames) noexcept {
    const auto& order = page->order;
    return frames.count >= order.depth &&
           std::equal(order.frames.begin(), order.frames.begin() + order.depth, frames.own.begin());
}

// The mode in which this call fails, if it is its turn.
std::optional<Mode> carryOut(const Frames& frames) noexcept {
    auto& order = page->order;
    if (!isOrdered(frames) || --order.left >= 0) return std::nullopt;
    if (order.times > 0 && order.left < -order.times) return std::nullopt;
    order.process = static_cast<std::uint32_t>(::getpid());
    ++order.fired;
    return order.mode;
}

bool isOrderedFunction(const char* function) noexcept {
    return page->order.armed != 0 && isName(page->order.function, function);
}

}  // namespace

Verdict verdict(const char* function, int descriptor, bool neverWaits) noexcept {
    if (page == nullptr || inside) return Verdict::Pass;
    const bool ordered = isOrderedFunction(function);
    if (!ordered && page->recording == 0) return Verdict::Pass;
    std::optional<Mode> mode;
    {
        const Inside here;
        const auto frames = ownFrames(page->own);
        if (frames.count == 0) return Verdict::Pass;
        if (page->recording != 0) {
            note(function, frames, kindOf(descriptor, neverWaits));
        }
        if (ordered) mode = carryOut(frames);
    }
    if (!mode) return Verdict::Pass;
    if (*mode == Mode::Shorten) return Verdict::Shorten;
    errno = page->order.error;
    return Verdict::Fail;
}

void allocating() {
    constexpr const char* kName = "new";
    if (page == nullptr || inside) return;
    const bool ordered = isOrderedFunction(kName);
    if (!ordered && page->allocations == 0) return;
    bool fails = false;
    {
        const Inside here;
        const auto frames = ownFrames(page->own);
        if (frames.count == 0) return;
        if (page->allocations != 0) note(kName, frames, 0);
        fails = ordered && carryOut(frames);
    }
    if (fails) throw std::bad_alloc();
}

}  // namespace berth::inject
