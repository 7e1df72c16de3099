// host/main.cpp - berthd.
#include "host/application/application.h"

int main(int argc, char** argv) {
    berth::host::Application application;
    return application.start(argc, argv);
}
