/* wine before 9 has no such library, from which Rust's own takes the seeds of its hash tables. */
#include <windows.h>

BOOLEAN WINAPI SystemFunction036(PVOID bytes, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T size) {
  return SystemFunction036(bytes, (ULONG)size);
}
