using Microsoft.Extensions.Options;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;
using StreamSocial.Streams.Membership.Peers;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>What the application runs.</summary>
/// <param name="Application">Its id and topics.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Tables">The tables that every member reads as a whole.</param>
internal sealed record ApplicationDefinition(StreamsApplication Application, IEnumerable<StageDefinition> Stages, IEnumerable<IReplicatedTable> Tables);

/// <summary>How a member reaches the cluster and the other members.</summary>
/// <param name="Settings">The cluster.</param>
/// <param name="Producers">Options of the producer pool.</param>
/// <param name="Members">The group's members.</param>
/// <param name="MemberTable">The members' reports as they are in their topic, those of members that count as gone too.</param>
/// <param name="Addresses">Says which of their addresses may be called.</param>
/// <param name="Reports">Sends this member's reports.</param>
/// <param name="Limits">The largest record.</param>
/// <param name="Controls">What operators want of the stages.</param>
internal sealed record ClusterAccess(
    KafkaClientSettings Settings, IOptions<ProducerPoolOptions> Producers, IMembersView Members, TopicTable<string, Member> MemberTable, PeerAddresses Addresses,
    BufferedSender Reports, RecordLimits Limits, StageControlsView Controls);
