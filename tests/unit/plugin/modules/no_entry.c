/* A shared library that is no plugin; the name of the plugin it might have been is inside. */
const char* const v1_test_wanted = "forgotten";
