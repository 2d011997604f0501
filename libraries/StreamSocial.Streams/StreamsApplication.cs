using StreamSocial.Topics;

namespace StreamSocial.Streams;

/// <summary>What an application tells the runtime in code: who it is and which topics it has.</summary>
/// <param name="Id">Name of the application; the group's name unless <see cref="StreamsOptions.GroupId"/> is configured.</param>
/// <param name="Topics">
/// Every topic that the stages read, write or ask about: inputs, changelogs (as many partitions as their input), outputs, and the
/// inputs' dead-letter topics (see <see cref="DeadLetterTopic"/>). The topics exist; the runtime creates none.
/// </param>
/// <param name="MembersTopic">Topic to which the members report, with one partition, compacted.</param>
/// <param name="RebalanceEventsTopic">Topic to which the members write what happened to their assignment, with one partition.</param>
public sealed record StreamsApplication(string Id, TopicCatalog Topics, string MembersTopic, string RebalanceEventsTopic);
