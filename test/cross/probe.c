/* The program in the packages of the tests for Windows, and what starts them there. Texts are UTF-8, numbers have all their bits. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static const DWORD PATIENCE = 60000;

static void say(const wchar_t *text) {
  static char bytes[1 << 17];
  int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
  if (size > 0) fwrite(bytes, 1, size - 1, stdout);
}

static int arguments(int count, wchar_t **texts) {
  for (int at = 0; at < count; at++) {
    printf("<");
    say(texts[at]);
    printf(">\n");
  }
  return 0;
}

static int variables(void) {
  for (const wchar_t *text = GetEnvironmentStringsW(); *text != 0; text += wcslen(text) + 1) {
    say(text);
    printf("\n");
  }
  return 0;
}

static int copy(void) {
  static char bytes[1 << 16];
  size_t size;
  while ((size = fread(bytes, 1, sizeof bytes, stdin)) > 0) fwrite(bytes, 1, size, stdout);
  return 0;
}

static BOOL WINAPI on_event(DWORD event) {
  if (event == CTRL_C_EVENT) ExitProcess(77);
  return FALSE;
}

/* Says by a file, which holds its number, that it is there, and waits. */
static int wait_for_event(const wchar_t *file) {
  wchar_t made[MAX_PATH];
  SetConsoleCtrlHandler(on_event, TRUE);
  swprintf(made, MAX_PATH, L"%ls.made", file);
  FILE *output = _wfopen(made, L"w");
  fprintf(output, "%lu", GetCurrentProcessId());
  fclose(output);
  MoveFileW(made, file);
  Sleep(PATIENCE);
  return 1;
}

static PROCESS_INFORMATION start(wchar_t *line, DWORD flags) {
  STARTUPINFOW info = {.cb = sizeof info};
  PROCESS_INFORMATION made;
  if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, flags, NULL, NULL, &info, &made)) {
    printf("not started: %lu\n", GetLastError());
    exit(1);
  }
  return made;
}

static DWORD end_of(HANDLE process) {
  DWORD status = 0;
  if (WaitForSingleObject(process, PATIENCE) != WAIT_OBJECT_0) return STILL_ACTIVE;
  GetExitCodeProcess(process, &status);
  return status;
}

/* The whole exit status of a command line, of which Unix sees eight bits. */
static int status_of(wchar_t *line) {
  DWORD status = end_of(start(line, 0).hProcess);
  printf("%lu\n", status);
  return 0;
}

/* Ends a launcher when its program is there; says how both ended. */
static int kill_early(const wchar_t *file, wchar_t *line) {
  PROCESS_INFORMATION launcher = start(line, 0);
  DWORD number = 0;
  FILE *input;
  while ((input = _wfopen(file, L"r")) == NULL) {
    if (WaitForSingleObject(launcher.hProcess, 20) == WAIT_OBJECT_0) return 1;
  }
  fscanf(input, "%lu", &number);
  fclose(input);
  HANDLE program = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE, number);
  TerminateProcess(launcher.hProcess, 9);
  DWORD status = end_of(launcher.hProcess);
  printf("launcher %lu, program %s\n", status, end_of(program) == STILL_ACTIVE ? "lives" : "ended");
  return 0;
}

int wmain(int count, wchar_t **texts) {
  _setmode(0, _O_BINARY);
  _setmode(1, _O_BINARY);
  const wchar_t *verb = count > 1 ? texts[1] : L"";
  if (wcscmp(verb, L"exit") == 0) return (int)wcstoul(texts[2], NULL, 0);
  if (wcscmp(verb, L"variables") == 0) return variables();
  if (wcscmp(verb, L"copy") == 0) return copy();
  if (wcscmp(verb, L"wait") == 0) return wait_for_event(texts[2]);
  if (wcscmp(verb, L"status") == 0) return status_of(texts[2]);
  if (wcscmp(verb, L"kill") == 0) return kill_early(texts[2], texts[3]);
  return arguments(count, texts);
}
