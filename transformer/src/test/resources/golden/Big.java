package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

/** More bytes than HotSpot compiles, and more ways from await to await than are listed. */
public class Big {
    @Async
    static Coroutine<Integer> sum(int[] flags) {
        int sum = 0;
        if (flags[1] > 0)
            sum += await(one(sum + 1)) + (flags[1] << 1) * (sum ^ 1001) + (flags[1] << 2) * (sum ^ 1002) + (flags[1] << 3) * (sum ^ 1003) + (flags[1] << 4) * (sum ^ 1004) + (flags[1] << 5) * (sum ^ 1005) + (flags[1] << 6) * (sum ^ 1006) + (flags[1] << 7) * (sum ^ 1007) + (flags[1] << 8) * (sum ^ 1008) + (flags[1] << 9) * (sum ^ 1009) + (flags[1] << 10) * (sum ^ 1010) + (flags[1] << 11) * (sum ^ 1011) + (flags[1] << 12) * (sum ^ 1012);
        if (flags[2] > 0)
            sum += await(one(sum + 2)) + (flags[2] << 1) * (sum ^ 1001) + (flags[2] << 2) * (sum ^ 1002) + (flags[2] << 3) * (sum ^ 1003) + (flags[2] << 4) * (sum ^ 1004) + (flags[2] << 5) * (sum ^ 1005) + (flags[2] << 6) * (sum ^ 1006) + (flags[2] << 7) * (sum ^ 1007) + (flags[2] << 8) * (sum ^ 1008) + (flags[2] << 9) * (sum ^ 1009) + (flags[2] << 10) * (sum ^ 1010) + (flags[2] << 11) * (sum ^ 1011) + (flags[2] << 12) * (sum ^ 1012);
        if (flags[3] > 0)
            sum += await(one(sum + 3)) + (flags[3] << 1) * (sum ^ 1001) + (flags[3] << 2) * (sum ^ 1002) + (flags[3] << 3) * (sum ^ 1003) + (flags[3] << 4) * (sum ^ 1004) + (flags[3] << 5) * (sum ^ 1005) + (flags[3] << 6) * (sum ^ 1006) + (flags[3] << 7) * (sum ^ 1007) + (flags[3] << 8) * (sum ^ 1008) + (flags[3] << 9) * (sum ^ 1009) + (flags[3] << 10) * (sum ^ 1010) + (flags[3] << 11) * (sum ^ 1011) + (flags[3] << 12) * (sum ^ 1012);
        if (flags[4] > 0)
            sum += await(one(sum + 4)) + (flags[4] << 1) * (sum ^ 1001) + (flags[4] << 2) * (sum ^ 1002) + (flags[4] << 3) * (sum ^ 1003) + (flags[4] << 4) * (sum ^ 1004) + (flags[4] << 5) * (sum ^ 1005) + (flags[4] << 6) * (sum ^ 1006) + (flags[4] << 7) * (sum ^ 1007) + (flags[4] << 8) * (sum ^ 1008) + (flags[4] << 9) * (sum ^ 1009) + (flags[4] << 10) * (sum ^ 1010) + (flags[4] << 11) * (sum ^ 1011) + (flags[4] << 12) * (sum ^ 1012);
        if (flags[5] > 0)
            sum += await(one(sum + 5)) + (flags[5] << 1) * (sum ^ 1001) + (flags[5] << 2) * (sum ^ 1002) + (flags[5] << 3) * (sum ^ 1003) + (flags[5] << 4) * (sum ^ 1004) + (flags[5] << 5) * (sum ^ 1005) + (flags[5] << 6) * (sum ^ 1006) + (flags[5] << 7) * (sum ^ 1007) + (flags[5] << 8) * (sum ^ 1008) + (flags[5] << 9) * (sum ^ 1009) + (flags[5] << 10) * (sum ^ 1010) + (flags[5] << 11) * (sum ^ 1011) + (flags[5] << 12) * (sum ^ 1012);
        if (flags[6] > 0)
            sum += await(one(sum + 6)) + (flags[6] << 1) * (sum ^ 1001) + (flags[6] << 2) * (sum ^ 1002) + (flags[6] << 3) * (sum ^ 1003) + (flags[6] << 4) * (sum ^ 1004) + (flags[6] << 5) * (sum ^ 1005) + (flags[6] << 6) * (sum ^ 1006) + (flags[6] << 7) * (sum ^ 1007) + (flags[6] << 8) * (sum ^ 1008) + (flags[6] << 9) * (sum ^ 1009) + (flags[6] << 10) * (sum ^ 1010) + (flags[6] << 11) * (sum ^ 1011) + (flags[6] << 12) * (sum ^ 1012);
        if (flags[7] > 0)
            sum += await(one(sum + 7)) + (flags[7] << 1) * (sum ^ 1001) + (flags[7] << 2) * (sum ^ 1002) + (flags[7] << 3) * (sum ^ 1003) + (flags[7] << 4) * (sum ^ 1004) + (flags[7] << 5) * (sum ^ 1005) + (flags[7] << 6) * (sum ^ 1006) + (flags[7] << 7) * (sum ^ 1007) + (flags[7] << 8) * (sum ^ 1008) + (flags[7] << 9) * (sum ^ 1009) + (flags[7] << 10) * (sum ^ 1010) + (flags[7] << 11) * (sum ^ 1011) + (flags[7] << 12) * (sum ^ 1012);
        if (flags[8] > 0)
            sum += await(one(sum + 8)) + (flags[8] << 1) * (sum ^ 1001) + (flags[8] << 2) * (sum ^ 1002) + (flags[8] << 3) * (sum ^ 1003) + (flags[8] << 4) * (sum ^ 1004) + (flags[8] << 5) * (sum ^ 1005) + (flags[8] << 6) * (sum ^ 1006) + (flags[8] << 7) * (sum ^ 1007) + (flags[8] << 8) * (sum ^ 1008) + (flags[8] << 9) * (sum ^ 1009) + (flags[8] << 10) * (sum ^ 1010) + (flags[8] << 11) * (sum ^ 1011) + (flags[8] << 12) * (sum ^ 1012);
        if (flags[9] > 0)
            sum += await(one(sum + 9)) + (flags[9] << 1) * (sum ^ 1001) + (flags[9] << 2) * (sum ^ 1002) + (flags[9] << 3) * (sum ^ 1003) + (flags[9] << 4) * (sum ^ 1004) + (flags[9] << 5) * (sum ^ 1005) + (flags[9] << 6) * (sum ^ 1006) + (flags[9] << 7) * (sum ^ 1007) + (flags[9] << 8) * (sum ^ 1008) + (flags[9] << 9) * (sum ^ 1009) + (flags[9] << 10) * (sum ^ 1010) + (flags[9] << 11) * (sum ^ 1011) + (flags[9] << 12) * (sum ^ 1012);
        if (flags[10] > 0)
            sum += await(one(sum + 10)) + (flags[10] << 1) * (sum ^ 1001) + (flags[10] << 2) * (sum ^ 1002) + (flags[10] << 3) * (sum ^ 1003) + (flags[10] << 4) * (sum ^ 1004) + (flags[10] << 5) * (sum ^ 1005) + (flags[10] << 6) * (sum ^ 1006) + (flags[10] << 7) * (sum ^ 1007) + (flags[10] << 8) * (sum ^ 1008) + (flags[10] << 9) * (sum ^ 1009) + (flags[10] << 10) * (sum ^ 1010) + (flags[10] << 11) * (sum ^ 1011) + (flags[10] << 12) * (sum ^ 1012);
        if (flags[11] > 0)
            sum += await(one(sum + 11)) + (flags[11] << 1) * (sum ^ 1001) + (flags[11] << 2) * (sum ^ 1002) + (flags[11] << 3) * (sum ^ 1003) + (flags[11] << 4) * (sum ^ 1004) + (flags[11] << 5) * (sum ^ 1005) + (flags[11] << 6) * (sum ^ 1006) + (flags[11] << 7) * (sum ^ 1007) + (flags[11] << 8) * (sum ^ 1008) + (flags[11] << 9) * (sum ^ 1009) + (flags[11] << 10) * (sum ^ 1010) + (flags[11] << 11) * (sum ^ 1011) + (flags[11] << 12) * (sum ^ 1012);
        if (flags[12] > 0)
            sum += await(one(sum + 12)) + (flags[12] << 1) * (sum ^ 1001) + (flags[12] << 2) * (sum ^ 1002) + (flags[12] << 3) * (sum ^ 1003) + (flags[12] << 4) * (sum ^ 1004) + (flags[12] << 5) * (sum ^ 1005) + (flags[12] << 6) * (sum ^ 1006) + (flags[12] << 7) * (sum ^ 1007) + (flags[12] << 8) * (sum ^ 1008) + (flags[12] << 9) * (sum ^ 1009) + (flags[12] << 10) * (sum ^ 1010) + (flags[12] << 11) * (sum ^ 1011) + (flags[12] << 12) * (sum ^ 1012);
        if (flags[13] > 0)
            sum += await(one(sum + 13)) + (flags[13] << 1) * (sum ^ 1001) + (flags[13] << 2) * (sum ^ 1002) + (flags[13] << 3) * (sum ^ 1003) + (flags[13] << 4) * (sum ^ 1004) + (flags[13] << 5) * (sum ^ 1005) + (flags[13] << 6) * (sum ^ 1006) + (flags[13] << 7) * (sum ^ 1007) + (flags[13] << 8) * (sum ^ 1008) + (flags[13] << 9) * (sum ^ 1009) + (flags[13] << 10) * (sum ^ 1010) + (flags[13] << 11) * (sum ^ 1011) + (flags[13] << 12) * (sum ^ 1012);
        if (flags[14] > 0)
            sum += await(one(sum + 14)) + (flags[14] << 1) * (sum ^ 1001) + (flags[14] << 2) * (sum ^ 1002) + (flags[14] << 3) * (sum ^ 1003) + (flags[14] << 4) * (sum ^ 1004) + (flags[14] << 5) * (sum ^ 1005) + (flags[14] << 6) * (sum ^ 1006) + (flags[14] << 7) * (sum ^ 1007) + (flags[14] << 8) * (sum ^ 1008) + (flags[14] << 9) * (sum ^ 1009) + (flags[14] << 10) * (sum ^ 1010) + (flags[14] << 11) * (sum ^ 1011) + (flags[14] << 12) * (sum ^ 1012);
        if (flags[15] > 0)
            sum += await(one(sum + 15)) + (flags[15] << 1) * (sum ^ 1001) + (flags[15] << 2) * (sum ^ 1002) + (flags[15] << 3) * (sum ^ 1003) + (flags[15] << 4) * (sum ^ 1004) + (flags[15] << 5) * (sum ^ 1005) + (flags[15] << 6) * (sum ^ 1006) + (flags[15] << 7) * (sum ^ 1007) + (flags[15] << 8) * (sum ^ 1008) + (flags[15] << 9) * (sum ^ 1009) + (flags[15] << 10) * (sum ^ 1010) + (flags[15] << 11) * (sum ^ 1011) + (flags[15] << 12) * (sum ^ 1012);
        if (flags[16] > 0)
            sum += await(one(sum + 16)) + (flags[16] << 1) * (sum ^ 1001) + (flags[16] << 2) * (sum ^ 1002) + (flags[16] << 3) * (sum ^ 1003) + (flags[16] << 4) * (sum ^ 1004) + (flags[16] << 5) * (sum ^ 1005) + (flags[16] << 6) * (sum ^ 1006) + (flags[16] << 7) * (sum ^ 1007) + (flags[16] << 8) * (sum ^ 1008) + (flags[16] << 9) * (sum ^ 1009) + (flags[16] << 10) * (sum ^ 1010) + (flags[16] << 11) * (sum ^ 1011) + (flags[16] << 12) * (sum ^ 1012);
        if (flags[17] > 0)
            sum += await(one(sum + 17)) + (flags[17] << 1) * (sum ^ 1001) + (flags[17] << 2) * (sum ^ 1002) + (flags[17] << 3) * (sum ^ 1003) + (flags[17] << 4) * (sum ^ 1004) + (flags[17] << 5) * (sum ^ 1005) + (flags[17] << 6) * (sum ^ 1006) + (flags[17] << 7) * (sum ^ 1007) + (flags[17] << 8) * (sum ^ 1008) + (flags[17] << 9) * (sum ^ 1009) + (flags[17] << 10) * (sum ^ 1010) + (flags[17] << 11) * (sum ^ 1011) + (flags[17] << 12) * (sum ^ 1012);
        if (flags[18] > 0)
            sum += await(one(sum + 18)) + (flags[18] << 1) * (sum ^ 1001) + (flags[18] << 2) * (sum ^ 1002) + (flags[18] << 3) * (sum ^ 1003) + (flags[18] << 4) * (sum ^ 1004) + (flags[18] << 5) * (sum ^ 1005) + (flags[18] << 6) * (sum ^ 1006) + (flags[18] << 7) * (sum ^ 1007) + (flags[18] << 8) * (sum ^ 1008) + (flags[18] << 9) * (sum ^ 1009) + (flags[18] << 10) * (sum ^ 1010) + (flags[18] << 11) * (sum ^ 1011) + (flags[18] << 12) * (sum ^ 1012);
        if (flags[19] > 0)
            sum += await(one(sum + 19)) + (flags[19] << 1) * (sum ^ 1001) + (flags[19] << 2) * (sum ^ 1002) + (flags[19] << 3) * (sum ^ 1003) + (flags[19] << 4) * (sum ^ 1004) + (flags[19] << 5) * (sum ^ 1005) + (flags[19] << 6) * (sum ^ 1006) + (flags[19] << 7) * (sum ^ 1007) + (flags[19] << 8) * (sum ^ 1008) + (flags[19] << 9) * (sum ^ 1009) + (flags[19] << 10) * (sum ^ 1010) + (flags[19] << 11) * (sum ^ 1011) + (flags[19] << 12) * (sum ^ 1012);
        if (flags[20] > 0)
            sum += await(one(sum + 20)) + (flags[20] << 1) * (sum ^ 1001) + (flags[20] << 2) * (sum ^ 1002) + (flags[20] << 3) * (sum ^ 1003) + (flags[20] << 4) * (sum ^ 1004) + (flags[20] << 5) * (sum ^ 1005) + (flags[20] << 6) * (sum ^ 1006) + (flags[20] << 7) * (sum ^ 1007) + (flags[20] << 8) * (sum ^ 1008) + (flags[20] << 9) * (sum ^ 1009) + (flags[20] << 10) * (sum ^ 1010) + (flags[20] << 11) * (sum ^ 1011) + (flags[20] << 12) * (sum ^ 1012);
        if (flags[21] > 0)
            sum += await(one(sum + 21)) + (flags[21] << 1) * (sum ^ 1001) + (flags[21] << 2) * (sum ^ 1002) + (flags[21] << 3) * (sum ^ 1003) + (flags[21] << 4) * (sum ^ 1004) + (flags[21] << 5) * (sum ^ 1005) + (flags[21] << 6) * (sum ^ 1006) + (flags[21] << 7) * (sum ^ 1007) + (flags[21] << 8) * (sum ^ 1008) + (flags[21] << 9) * (sum ^ 1009) + (flags[21] << 10) * (sum ^ 1010) + (flags[21] << 11) * (sum ^ 1011) + (flags[21] << 12) * (sum ^ 1012);
        if (flags[22] > 0)
            sum += await(one(sum + 22)) + (flags[22] << 1) * (sum ^ 1001) + (flags[22] << 2) * (sum ^ 1002) + (flags[22] << 3) * (sum ^ 1003) + (flags[22] << 4) * (sum ^ 1004) + (flags[22] << 5) * (sum ^ 1005) + (flags[22] << 6) * (sum ^ 1006) + (flags[22] << 7) * (sum ^ 1007) + (flags[22] << 8) * (sum ^ 1008) + (flags[22] << 9) * (sum ^ 1009) + (flags[22] << 10) * (sum ^ 1010) + (flags[22] << 11) * (sum ^ 1011) + (flags[22] << 12) * (sum ^ 1012);
        if (flags[23] > 0)
            sum += await(one(sum + 23)) + (flags[23] << 1) * (sum ^ 1001) + (flags[23] << 2) * (sum ^ 1002) + (flags[23] << 3) * (sum ^ 1003) + (flags[23] << 4) * (sum ^ 1004) + (flags[23] << 5) * (sum ^ 1005) + (flags[23] << 6) * (sum ^ 1006) + (flags[23] << 7) * (sum ^ 1007) + (flags[23] << 8) * (sum ^ 1008) + (flags[23] << 9) * (sum ^ 1009) + (flags[23] << 10) * (sum ^ 1010) + (flags[23] << 11) * (sum ^ 1011) + (flags[23] << 12) * (sum ^ 1012);
        if (flags[24] > 0)
            sum += await(one(sum + 24)) + (flags[24] << 1) * (sum ^ 1001) + (flags[24] << 2) * (sum ^ 1002) + (flags[24] << 3) * (sum ^ 1003) + (flags[24] << 4) * (sum ^ 1004) + (flags[24] << 5) * (sum ^ 1005) + (flags[24] << 6) * (sum ^ 1006) + (flags[24] << 7) * (sum ^ 1007) + (flags[24] << 8) * (sum ^ 1008) + (flags[24] << 9) * (sum ^ 1009) + (flags[24] << 10) * (sum ^ 1010) + (flags[24] << 11) * (sum ^ 1011) + (flags[24] << 12) * (sum ^ 1012);
        if (flags[25] > 0)
            sum += await(one(sum + 25)) + (flags[25] << 1) * (sum ^ 1001) + (flags[25] << 2) * (sum ^ 1002) + (flags[25] << 3) * (sum ^ 1003) + (flags[25] << 4) * (sum ^ 1004) + (flags[25] << 5) * (sum ^ 1005) + (flags[25] << 6) * (sum ^ 1006) + (flags[25] << 7) * (sum ^ 1007) + (flags[25] << 8) * (sum ^ 1008) + (flags[25] << 9) * (sum ^ 1009) + (flags[25] << 10) * (sum ^ 1010) + (flags[25] << 11) * (sum ^ 1011) + (flags[25] << 12) * (sum ^ 1012);
        if (flags[26] > 0)
            sum += await(one(sum + 26)) + (flags[26] << 1) * (sum ^ 1001) + (flags[26] << 2) * (sum ^ 1002) + (flags[26] << 3) * (sum ^ 1003) + (flags[26] << 4) * (sum ^ 1004) + (flags[26] << 5) * (sum ^ 1005) + (flags[26] << 6) * (sum ^ 1006) + (flags[26] << 7) * (sum ^ 1007) + (flags[26] << 8) * (sum ^ 1008) + (flags[26] << 9) * (sum ^ 1009) + (flags[26] << 10) * (sum ^ 1010) + (flags[26] << 11) * (sum ^ 1011) + (flags[26] << 12) * (sum ^ 1012);
        if (flags[27] > 0)
            sum += await(one(sum + 27)) + (flags[27] << 1) * (sum ^ 1001) + (flags[27] << 2) * (sum ^ 1002) + (flags[27] << 3) * (sum ^ 1003) + (flags[27] << 4) * (sum ^ 1004) + (flags[27] << 5) * (sum ^ 1005) + (flags[27] << 6) * (sum ^ 1006) + (flags[27] << 7) * (sum ^ 1007) + (flags[27] << 8) * (sum ^ 1008) + (flags[27] << 9) * (sum ^ 1009) + (flags[27] << 10) * (sum ^ 1010) + (flags[27] << 11) * (sum ^ 1011) + (flags[27] << 12) * (sum ^ 1012);
        if (flags[28] > 0)
            sum += await(one(sum + 28)) + (flags[28] << 1) * (sum ^ 1001) + (flags[28] << 2) * (sum ^ 1002) + (flags[28] << 3) * (sum ^ 1003) + (flags[28] << 4) * (sum ^ 1004) + (flags[28] << 5) * (sum ^ 1005) + (flags[28] << 6) * (sum ^ 1006) + (flags[28] << 7) * (sum ^ 1007) + (flags[28] << 8) * (sum ^ 1008) + (flags[28] << 9) * (sum ^ 1009) + (flags[28] << 10) * (sum ^ 1010) + (flags[28] << 11) * (sum ^ 1011) + (flags[28] << 12) * (sum ^ 1012);
        if (flags[29] > 0)
            sum += await(one(sum + 29)) + (flags[29] << 1) * (sum ^ 1001) + (flags[29] << 2) * (sum ^ 1002) + (flags[29] << 3) * (sum ^ 1003) + (flags[29] << 4) * (sum ^ 1004) + (flags[29] << 5) * (sum ^ 1005) + (flags[29] << 6) * (sum ^ 1006) + (flags[29] << 7) * (sum ^ 1007) + (flags[29] << 8) * (sum ^ 1008) + (flags[29] << 9) * (sum ^ 1009) + (flags[29] << 10) * (sum ^ 1010) + (flags[29] << 11) * (sum ^ 1011) + (flags[29] << 12) * (sum ^ 1012);
        if (flags[30] > 0)
            sum += await(one(sum + 30)) + (flags[30] << 1) * (sum ^ 1001) + (flags[30] << 2) * (sum ^ 1002) + (flags[30] << 3) * (sum ^ 1003) + (flags[30] << 4) * (sum ^ 1004) + (flags[30] << 5) * (sum ^ 1005) + (flags[30] << 6) * (sum ^ 1006) + (flags[30] << 7) * (sum ^ 1007) + (flags[30] << 8) * (sum ^ 1008) + (flags[30] << 9) * (sum ^ 1009) + (flags[30] << 10) * (sum ^ 1010) + (flags[30] << 11) * (sum ^ 1011) + (flags[30] << 12) * (sum ^ 1012);
        if (flags[31] > 0)
            sum += await(one(sum + 31)) + (flags[31] << 1) * (sum ^ 1001) + (flags[31] << 2) * (sum ^ 1002) + (flags[31] << 3) * (sum ^ 1003) + (flags[31] << 4) * (sum ^ 1004) + (flags[31] << 5) * (sum ^ 1005) + (flags[31] << 6) * (sum ^ 1006) + (flags[31] << 7) * (sum ^ 1007) + (flags[31] << 8) * (sum ^ 1008) + (flags[31] << 9) * (sum ^ 1009) + (flags[31] << 10) * (sum ^ 1010) + (flags[31] << 11) * (sum ^ 1011) + (flags[31] << 12) * (sum ^ 1012);
        if (flags[32] > 0)
            sum += await(one(sum + 32)) + (flags[32] << 1) * (sum ^ 1001) + (flags[32] << 2) * (sum ^ 1002) + (flags[32] << 3) * (sum ^ 1003) + (flags[32] << 4) * (sum ^ 1004) + (flags[32] << 5) * (sum ^ 1005) + (flags[32] << 6) * (sum ^ 1006) + (flags[32] << 7) * (sum ^ 1007) + (flags[32] << 8) * (sum ^ 1008) + (flags[32] << 9) * (sum ^ 1009) + (flags[32] << 10) * (sum ^ 1010) + (flags[32] << 11) * (sum ^ 1011) + (flags[32] << 12) * (sum ^ 1012);
        if (flags[33] > 0)
            sum += await(one(sum + 33)) + (flags[33] << 1) * (sum ^ 1001) + (flags[33] << 2) * (sum ^ 1002) + (flags[33] << 3) * (sum ^ 1003) + (flags[33] << 4) * (sum ^ 1004) + (flags[33] << 5) * (sum ^ 1005) + (flags[33] << 6) * (sum ^ 1006) + (flags[33] << 7) * (sum ^ 1007) + (flags[33] << 8) * (sum ^ 1008) + (flags[33] << 9) * (sum ^ 1009) + (flags[33] << 10) * (sum ^ 1010) + (flags[33] << 11) * (sum ^ 1011) + (flags[33] << 12) * (sum ^ 1012);
        if (flags[34] > 0)
            sum += await(one(sum + 34)) + (flags[34] << 1) * (sum ^ 1001) + (flags[34] << 2) * (sum ^ 1002) + (flags[34] << 3) * (sum ^ 1003) + (flags[34] << 4) * (sum ^ 1004) + (flags[34] << 5) * (sum ^ 1005) + (flags[34] << 6) * (sum ^ 1006) + (flags[34] << 7) * (sum ^ 1007) + (flags[34] << 8) * (sum ^ 1008) + (flags[34] << 9) * (sum ^ 1009) + (flags[34] << 10) * (sum ^ 1010) + (flags[34] << 11) * (sum ^ 1011) + (flags[34] << 12) * (sum ^ 1012);
        if (flags[35] > 0)
            sum += await(one(sum + 35)) + (flags[35] << 1) * (sum ^ 1001) + (flags[35] << 2) * (sum ^ 1002) + (flags[35] << 3) * (sum ^ 1003) + (flags[35] << 4) * (sum ^ 1004) + (flags[35] << 5) * (sum ^ 1005) + (flags[35] << 6) * (sum ^ 1006) + (flags[35] << 7) * (sum ^ 1007) + (flags[35] << 8) * (sum ^ 1008) + (flags[35] << 9) * (sum ^ 1009) + (flags[35] << 10) * (sum ^ 1010) + (flags[35] << 11) * (sum ^ 1011) + (flags[35] << 12) * (sum ^ 1012);
        if (flags[36] > 0)
            sum += await(one(sum + 36)) + (flags[36] << 1) * (sum ^ 1001) + (flags[36] << 2) * (sum ^ 1002) + (flags[36] << 3) * (sum ^ 1003) + (flags[36] << 4) * (sum ^ 1004) + (flags[36] << 5) * (sum ^ 1005) + (flags[36] << 6) * (sum ^ 1006) + (flags[36] << 7) * (sum ^ 1007) + (flags[36] << 8) * (sum ^ 1008) + (flags[36] << 9) * (sum ^ 1009) + (flags[36] << 10) * (sum ^ 1010) + (flags[36] << 11) * (sum ^ 1011) + (flags[36] << 12) * (sum ^ 1012);
        return done(sum);
    }

    @Async
    static Coroutine<Integer> one(int value) {
        return done(value);
    }
}
