using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Stores for each user of one partition whom the user blocks and by whom the user is blocked.</summary>
internal sealed class BlockStore(ITaskContext context)
{
    private const byte BlocksStore = 27;

    private readonly IStateStore<string, Blockers> _blocks = context.OpenStore(BlocksStore, "blocks", StringKeyCodec.Instance, new BlockersCodec());

    /// <summary>Which of two users blocks the other.</summary>
    public Blockers Of(string owner, string other) => _blocks.TryGet(KeyOf(owner, other), out var blockers) ? blockers : Blockers.None;

    public void Set(string owner, string other, Blockers blockers)
    {
        if (blockers == Blockers.None)
            _blocks.Remove(KeyOf(owner, other));
        else
            _blocks.Put(KeyOf(owner, other), blockers);
    }

    /// <summary>Ids contain no control characters, so the separator makes the key unambiguous. It is part of the stored format.</summary>
    private static string KeyOf(string owner, string other) => $"{owner}\0{other}";
}

/// <summary>Which of two users blocks the other; both may.</summary>
[Flags]
internal enum Blockers : byte
{
    None = 0,

    /// <summary>The user whose state it is blocks the other one.</summary>
    Owner = 1,

    /// <summary>The other one blocks the user whose state it is.</summary>
    Other = 2,
}

internal sealed class BlockersCodec : ICodec<Blockers>
{
    private const byte FormatVersion = 1;

    public void Write(Blockers value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Byte((byte)value);
    }

    public Blockers Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "block");
        reader.Version(FormatVersion);
        var blockers = (Blockers)reader.Byte();
        reader.End();
        return blockers is > Blockers.None and <= (Blockers.Owner | Blockers.Other) ? blockers : throw reader.Invalid($"it is {(byte)blockers}");
    }
}
