// plugins/upload/upload.cpp - receives files: each is published whole, or not at all.
#include "berth/drained.h"
#include "berth/export.h"
#include "upload/session.h"
#include "upload/settings.h"
#include "upload/uploads.h"

namespace {

using berth::upload::Settings;

// Threads: one object serves all clients at once; what belongs to one is in its Session.
class Upload final : public berth::Service {
public:
    Upload(const Settings& settings, berth::Context& context) : uploads_(settings, context) {}

    void handle(berth::Connection& client) override {
        berth::BufferedReader reader(client);
        berth::upload::Session session(uploads_, reader);
        while (session.serveNext()) {
            if (berth::drained(uploads_.context(), reader)) return;
        }
    }

    void stop() override { uploads_.store().settle(); }

private:
    berth::upload::Uploads uploads_;
};

}  // namespace

BERTH_SERVICE("upload", Upload, Settings);
