using System.Buffers;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>An action of a pulled account as it is in topic pull-posts.</summary>
internal sealed class FeedUpdateCodec : ICodec<FeedUpdate>
{
    public void Write(FeedUpdate value, IBufferWriter<byte> output) => value.WriteTo(output);

    public FeedUpdate Read(ReadOnlySpan<byte> input) => FeedUpdate.Parser.ParseFrom(input);
}
