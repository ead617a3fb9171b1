/* Makes every WAL flush take longer: what a cloud volume costs, on a machine with a quick disk.
 *
 * Preloaded into Postgres with LD_PRELOAD. Each fdatasync and fsync first waits SLOW_FLUSH_US
 * microseconds (0 or unset: none) and then does what it was asked to.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_first(void)
{
    static long micros = -1;
    if (micros < 0) {
        const char *text = getenv("SLOW_FLUSH_US");
        micros = text == NULL ? 0 : atol(text);
    }
    if (micros > 0) {
        struct timespec pause = {micros / 1000000, (micros % 1000000) * 1000};
        nanosleep(&pause, NULL);
    }
}

int fdatasync(int file)
{
    static int (*real)(int);
    if (real == NULL) {
        real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    }
    wait_first();
    return real(file);
}

int fsync(int file)
{
    static int (*real)(int);
    if (real == NULL) {
        real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    }
    wait_first();
    return real(file);
}
