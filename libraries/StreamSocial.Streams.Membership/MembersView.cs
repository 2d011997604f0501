using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Streams.Membership;

/// <summary>The topic of members as a table. Thread-safe; the index of a snapshot is made once, when somebody first asks for it.</summary>
internal sealed class MembersView(TopicTable<string, Member> table, IOptions<MembersOptions> options) : IMembersView
{
    private readonly MembersOptions _options = options.Value;
    private MembersIndex? _index;

    public MembersSnapshot Current => CurrentIndex.Snapshot;

    private MembersIndex CurrentIndex
    {
        get
        {
            var snapshot = table.Current;
            var index = Volatile.Read(ref _index);
            if (index?.Snapshot.Version == snapshot.Version)
                return index;
            // Two threads may both make it; they make the same.
            index = MembersIndex.Build(snapshot, _options.ExpireAfter);
            Volatile.Write(ref _index, index);
            return index;
        }
    }

    public async Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken)
    {
        await table.WaitForNewerAsync(version, cancellationToken);
        return Current;
    }

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        owner = CurrentIndex.Owners.TryGetValue((topic, partition), out var member) && Uri.TryCreate(member.Endpoint, UriKind.Absolute, out var endpoint)
            ? new PartitionOwner(member.MemberId, endpoint, member.MemberId == _options.SelfMemberId)
            : null;
        return owner is not null;
    }
}
