#include "cli/verb.h"

int main(int argc, char** argv) { return purser::cli::run_purser(argc, argv); }
