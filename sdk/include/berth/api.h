// berth/api.h - marks what libberth exports.
#pragma once

#define BERTH_API __attribute__((visibility("default")))
