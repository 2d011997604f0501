using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Streams.Testing.Groups;

/// <summary>
/// Who owns which partition of one topic, as the members themselves were told. The members see each other through it, in place of the topic to which
/// replicas report. Thread-safe.
/// </summary>
/// <param name="topic">The topic.</param>
/// <param name="partitions">Its number of partitions.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnershipLog(string topic, int partitions, TimeProvider time) : IMembersView
{
    private static readonly Uri NoEndpoint = new("http://127.0.0.1");
    private readonly Lock _gate = new();
    private readonly HashSet<string>[] _owners = [.. Enumerable.Range(0, partitions).Select(_ => new HashSet<string>(StringComparer.Ordinal))];

    /// <summary>The members and the number of changes of their assignments.</summary>
    private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);

    private long _changedAt = time.GetTimestamp();
    private long _version;
    private int _givenBack;
    private int _overlaps;

    MembersSnapshot IMembersView.Current
    {
        get
        {
            lock (_gate)
                return new MembersSnapshot(_version, _epochs.ToImmutableDictionary(member => member.Key, member => Describe(member.Key, member.Value)), IsCaughtUp: true);
        }
    }

    public void Join(string member)
    {
        lock (_gate)
            (_epochs[member], _version) = (0, _version + 1);
    }

    public void Leave(string member)
    {
        lock (_gate)
        {
            _epochs.Remove(member);
            _version++;
        }
    }

    public void Take(string member, IEnumerable<int> taken) => Change(member, taken, owners =>
    {
        if (!owners.Add(member))
            return false;
        if (owners.Count > 1)
            _overlaps++;
        return true;
    });

    public void GiveBack(string member, IEnumerable<int> given) => Change(member, given, owners =>
    {
        if (!owners.Remove(member))
            return false;
        _givenBack++;
        return true;
    });

    /// <summary>Begins to count anew.</summary>
    /// <returns>The state before.</returns>
    public OwnershipState BeginStep()
    {
        lock (_gate)
        {
            (_givenBack, _overlaps) = (0, 0);
            return Read();
        }
    }

    public OwnershipState Read()
    {
        lock (_gate)
            return new OwnershipState([.. _owners.Select(owners => owners.ToImmutableArray())], _changedAt, _givenBack, _overlaps);
    }

    bool IMembersView.TryGetOwner(string topicName, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        lock (_gate)
            owner = topicName == topic && _owners[partition].FirstOrDefault() is { } id ? new PartitionOwner(id, NoEndpoint, IsSelf: false) : null;
        return owner is not null;
    }

    Task<MembersSnapshot> IMembersView.WaitForNewerAsync(long version, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Idle members look when they want to know.");

    private Member Describe(string id, long epoch) => new()
    {
        MemberId = id,
        Epoch = epoch,
        Topics = { new MemberTopic { Topic = topic, Partitions = { Enumerable.Range(0, partitions).Where(partition => _owners[partition].Contains(id)) } } },
    };

    /// <param name="member">Who was told something.</param>
    /// <param name="told">Which partitions it concerns.</param>
    /// <param name="change">Changes the owners of one; false when it was so already.</param>
    private void Change(string member, IEnumerable<int> told, Func<HashSet<string>, bool> change)
    {
        lock (_gate)
        {
            _epochs[member]++;
            _version++;
            if (told.Count(partition => change(_owners[partition])) > 0)
                _changedAt = time.GetTimestamp();
        }
    }
}

/// <summary>Who owned which partition at one moment. Pure.</summary>
/// <param name="Owners">By partition; empty without one.</param>
/// <param name="ChangedAt">Timestamp of the last change.</param>
/// <param name="GivenBack">Partitions given back since the step began, each time counted.</param>
/// <param name="Overlaps">Times since then that a partition got a second owner.</param>
internal sealed record OwnershipState(ImmutableArray<ImmutableArray<string>> Owners, long ChangedAt, int GivenBack, int Overlaps)
{
    public int Unowned => Owners.Count(owners => owners.IsEmpty);

    public int OwnedTwice => Owners.Count(owners => owners.Length > 1);

    /// <summary>Whether each partition has one owner, one of these members, and their shares differ by one at most. Without members: whether nobody owns any.</summary>
    public bool IsSettled(IReadOnlyCollection<string> members)
    {
        if (members.Count == 0)
            return Unowned == Owners.Length;
        if (Unowned > 0 || OwnedTwice > 0)
            return false;
        var shares = Owners.CountBy(owners => owners[0]).ToDictionary();
        var counts = members.Select(member => shares.GetValueOrDefault(member)).ToArray();
        return counts.Sum() == Owners.Length && counts.Max() - counts.Min() <= 1;
    }

    /// <summary>Partitions that had an owner before and have another now, or none.</summary>
    public int MovedSince(OwnershipState before) => Owners.Zip(before.Owners).Count(pair => !pair.Second.IsEmpty && !pair.First.SequenceEqual(pair.Second));
}
