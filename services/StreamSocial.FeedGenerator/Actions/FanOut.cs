using StreamSocial.Events;
using StreamSocial.Streams.Emitting;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Sends an update to the followers of its author: one entry per partition of feed-updates that holds feeds of them.</summary>
/// <param name="followers">Who follows whom.</param>
/// <param name="partitionCount">Partitions of feed-updates.</param>
internal sealed class FanOut(FollowerBook followers, int partitionCount)
{
    // Larger work space than this is given back after use: most tasks never meet an account of that size again.
    private const int KeptCapacity = 4096;

    private readonly List<string> _recipients = [];
    private string[] _sorted = [];
    private int[] _partitions = [];

    /// <param name="update">What to send, without recipients.</param>
    /// <param name="emitter">Takes the entries.</param>
    public void Send(FeedUpdate update, IEmitter emitter)
    {
        _recipients.Clear();
        followers.CopyTo(update.AuthorId, _recipients);
        if (_recipients.Count == 1)
            Emit(update, KeyPartitioner.PartitionOf(_recipients[0], partitionCount), _recipients.ToArray(), emitter);
        else if (_recipients.Count > 1)
            SendGroups(update, emitter);
        if (_recipients.Capacity > KeptCapacity)
            Release();
    }

    private void SendGroups(FeedUpdate update, IEmitter emitter)
    {
        var count = _recipients.Count;
        if (_sorted.Length < count)
        {
            _sorted = new string[Math.Max(count, 16)];
            _partitions = new int[_sorted.Length];
        }

        _recipients.CopyTo(_sorted);
        for (var i = 0; i < count; i++)
            _partitions[i] = KeyPartitioner.PartitionOf(_sorted[i], partitionCount);

        // By partition first, over plain numbers: ordinal comparisons are left to the small groups.
        Array.Sort(_partitions, _sorted, 0, count);
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && _partitions[end] == _partitions[start])
                end++;
            var group = _sorted.AsSpan(start, end - start);
            if (group.Length > 1)
                group.Sort(StringComparer.Ordinal);
            Emit(update, _partitions[start], group, emitter);
            start = end;
        }

        Array.Clear(_sorted, 0, count);
    }

    private static void Emit(FeedUpdate update, int partition, ReadOnlySpan<string> recipients, IEmitter emitter)
    {
        var part = update.Clone();
        part.RecipientIds.Capacity = recipients.Length;
        foreach (var recipient in recipients)
            part.RecipientIds.Add(recipient);
        emitter.Emit(TopicNames.FeedUpdates, partition, part);
    }

    private void Release()
    {
        _recipients.Clear();
        _recipients.Capacity = 0;
        _sorted = [];
        _partitions = [];
    }
}
