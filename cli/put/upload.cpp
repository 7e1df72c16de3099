// cli/put/upload.cpp
#include "cli/put/upload.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "berth/units.h"
#include "cli/app/failure.h"
#include "cli/put/sha256.h"

namespace berth::cli {
namespace {

constexpr std::size_t kPieceSize = std::size_t{256} << 10;
constexpr std::chrono::milliseconds kLongestDelay{30'000};

// The stored beginning is not the beginning of this file, or is there no more.
bool cannotGoOn(const UploadRefused& refusal) {
    const auto& error = refusal.answer().error;
    return error == "offset-mismatch" || error == "part-mismatch" || error == "checksum-mismatch";
}

// Another connection still holds the file: ours, which the service has not missed yet.
bool isBusy(const UploadRefused& refusal) {
    return refusal.answer().error == "busy";
}

}  // namespace

Uploader::Uploader(Endpoint endpoint, UploadOptions options, const Console& console,
                   ProgressBar& bar)
    : endpoint_(std::move(endpoint)), options_(std::move(options)), console_(console), bar_(bar) {}

UploadResult Uploader::upload(const LocalFile& file, const std::string& name) {
    const auto begun = std::chrono::steady_clock::now();
    Attempt state;
    for (unsigned retry = 0;;) {
        try {
            auto result = attempt(file, name, state);
            result.took = std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::steady_clock::now() - begun);
            bar_.wipe();
            return result;
        } catch (const TransportFailure& error) {
            session_.reset();
            if (retry == options_.retries) throw;
            pauseBeforeRetry(error, retry++);
        } catch (const UploadRefused& error) {
            session_.reset();
            if (cannotGoOn(error) && !state.fromStart && options_.resume) {
                state.fromStart = true;
            } else if (isBusy(error) && retry < options_.retries) {
                pauseBeforeRetry(error, retry++);
            } else {
                throw;
            }
        } catch (...) {
            session_.reset();
            throw;
        }
    }
}

UploadResult Uploader::attempt(const LocalFile& file, const std::string& name, Attempt& attempt) {
    const auto from = findResumption(file, name, attempt);
    if (from.alreadyThere) return {name, file.size(), file.size(), {}, {}};

    // A beginning that was sent earlier is verified by the service, before it publishes the file.
    PutRequest request{name, file.size(), from.offset, {}};
    if (options_.checksum && (options_.hashFirst || from.offset > 0)) {
        request.sha256 = sha256Of(file);
    }
    bar_.begin(file.name(), from.offset, file.size());
    session().begin(request);
    const auto sent = sendBytes(file, from.offset);
    attempt.sentAll = true;
    const auto stored = session().finish();

    const auto wanted = request.sha256.empty() ? sent : request.sha256;
    if (options_.checksum && stored.sha256 != wanted) {
        throw Failure(ExitCode::Data, "the service stored other bytes than were sent (sha256 " +
                                          stored.sha256 + ", not " + wanted +
                                          "); send the file again");
    }
    return {stored.filename.empty() ? name : stored.filename,
            file.size(),
            from.offset,
            options_.checksum ? wanted : std::string(),
            {}};
}

Uploader::Resumption Uploader::findResumption(const LocalFile& file, const std::string& name,
                                              const Attempt& attempt) {
    if (!options_.resume || attempt.fromStart) return {};
    const auto known = session().stat(name);
    if (known.complete) return {0, attempt.sentAll && known.fileSize == file.size()};
    const bool sameSize = known.fileSize == 0 || known.fileSize == file.size();
    return {sameSize && known.offset <= file.size() ? known.offset : 0, false};
}

std::string Uploader::sendBytes(const LocalFile& file, std::uint64_t offset) {
    std::vector<char> buffer(kPieceSize);
    const bool hashing = options_.checksum && offset == 0;
    Sha256 digest;
    while (offset < file.size()) {
        const auto bytes = file.read(offset, buffer);
        if (hashing) digest.update(bytes);
        session().send(bytes);
        offset += bytes.size();
        bar_.update(offset);
    }
    return hashing ? digest.finish() : std::string();
}

UploadSession& Uploader::session() {
    if (!session_) session_ = std::make_unique<UploadSession>(endpoint_, options_.connect);
    return *session_;
}

void Uploader::pauseBeforeRetry(const Failure& error, unsigned retry) {
    bar_.wipe();
    const auto delay = std::min(options_.retryDelay * (1U << std::min(retry, 16U)), kLongestDelay);
    console_.complain(std::string(error.what()) + "; trying again in " + formatDuration(delay));
    std::this_thread::sleep_for(delay);
}

}  // namespace berth::cli
