/* Cuts the power of the file system that holds a file: what was not synced is gone (FS_IOC_SHUTDOWN without
 * flushing the log). */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

int main(int argc, char **argv) {
    uint32_t without_flush = 2;
    int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (fd < 0 || ioctl(fd, 0x8004587D, &without_flush) < 0) {
        perror("power_cut");
        return 1;
    }
    return 0;
}
