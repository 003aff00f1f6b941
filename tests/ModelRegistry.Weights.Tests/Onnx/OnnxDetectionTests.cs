namespace ModelRegistry.Weights.Tests.Onnx;

public sealed class OnnxDetectionTests
{
    [Fact]
    public void IsModel_Model_IsRecognised()
    {
        byte[] model = OnnxBytes.Model(OnnxBytes.Graph());
        Assert.True(OnnxDetection.IsModel(model));
        Assert.True(OnnxDetection.IsModel(OnnxBytes.Model(OnnxBytes.Graph()).String(2, "written late").Bytes(57, [])));
    }

    [Fact]
    public void IsModel_ModelCutOffAfterItsFirstNode_IsRecognised()
    {
        byte[] model = OnnxBytes.WithInitializer(OnnxBytes.Tensor(OnnxBytes.Float, 100).Bytes(9, new byte[400]));
        Assert.True(OnnxDetection.IsModel(model.AsSpan(0, 100)));
    }

    public static TheoryData<byte[]> Others => new()
    {
        // A message with a few fields, as most protobufs start.
        { new ProtobufBuilder().Varint(1, 8).String(2, "name").Varint(3, 5) },
        { new ProtobufBuilder().Varint(1, 8).String(2, "name").Bytes(7, new ProtobufBuilder().String(1, "text")) },
        { new ProtobufBuilder().Varint(1, 8).Bytes(7, new ProtobufBuilder().Varint(1, 3)) },
        // A graph but no operator set.
        { new ProtobufBuilder().Varint(1, 8).Bytes(7, OnnxBytes.Graph()) },
        // An operator without a name.
        { OnnxBytes.Model(new ProtobufBuilder().Bytes(1, new ProtobufBuilder().String(1, "x"))) },
        { OnnxBytes.Model(new ProtobufBuilder().Bytes(1, new ProtobufBuilder().Bytes(4, [1, 2]))) },
        // ir_version 0, or absurd.
        { new ProtobufBuilder().Varint(1, 0).Bytes(7, OnnxBytes.Graph()).Bytes(8, []) },
        { new ProtobufBuilder().Varint(1, 1 << 20).Bytes(7, OnnxBytes.Graph()).Bytes(8, []) },
        // Only the version.
        { new ProtobufBuilder().Varint(1, 8) },
        { Array.Empty<byte>() },
        { new byte[64] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void IsModel_OtherProtobufs_AreNot(byte[] content) => Assert.False(OnnxDetection.IsModel(content));

    [Fact]
    public void IsModel_RandomProtobufs_AreNot()
    {
        var random = new Random(3);
        for (var round = 0; round < 10_000; round++)
            Assert.False(OnnxDetection.IsModel(new ProtobufBuilder().Varint(1, (ulong)random.Next(1, 30)).Concat(RandomMessage(random, 4))));
    }

    [Fact]
    public void IsModel_Noise_IsNot()
    {
        var random = new Random(4);
        var bytes = new byte[300];
        for (var round = 0; round < 10_000; round++)
        {
            random.NextBytes(bytes);
            (bytes[0], bytes[1]) = (8, (byte)random.Next(1, 20));
            Assert.False(OnnxDetection.IsModel(bytes));
        }
    }

    private static byte[] RandomMessage(Random random, int depth)
    {
        var message = new ProtobufBuilder();
        for (var fields = random.Next(1, 5); fields > 0; fields--)
        {
            var field = random.Next(1, 16);
            switch (random.Next(depth > 0 ? 3 : 2))
            {
                case 0:
                    message.Varint(field, (ulong)random.Next());
                    break;
                case 1:
                    var bytes = new byte[random.Next(12)];
                    random.NextBytes(bytes);
                    message.Bytes(field, bytes);
                    break;
                default:
                    message.Bytes(field, RandomMessage(random, depth - 1));
                    break;
            }
        }
        return message;
    }
}
