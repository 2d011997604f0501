using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamSocial.AppHost;
using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Kafka;
using StreamSocial.AppHost.Links;
using StreamSocial.AppHost.Scaling;
using StreamSocial.AppHost.Topics;
using StreamSocial.Kafka.Sources;

if (OptionsHelp.IsAskedFor(args))
    return OptionsHelp.Print(Console.Out);

var builder = DistributedApplication.CreateBuilder(args);
AppHostOptions options;
StreamSocialKafka kafka;
try
{
    options = AppHostOptions.From(builder.Configuration);
    kafka = builder.AddStreamSocialKafka();
}
catch (Exception e) when (e is AppHostConfigurationException or KafkaSourceException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

var topics = builder.AddTopics(kafka);
var control = builder.AddControlServer(options);

var ingest = builder.AddProject<Projects.StreamSocial_Ingest>("ingest")
    .WithTopics(topics)
    .WithSections("Ingest")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health");

var feeds = builder.AddFeedGenerators(options.FeedGenerators, topics);

if (options.AutoscalerEnabled)
{
    builder.AddProject<Projects.StreamSocial_Autoscaler>("autoscaler")
        .WithTopics(topics)
        .WithSections("Autoscaler")
        .WithScaleEndpoint(control)
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health");
}

if (options.DashboardEnabled)
{
    builder.AddProject<Projects.StreamSocial_Dashboard>("dashboard")
        .WithTopics(topics)
        .WithSections("Dashboard")
        .WithScaleEndpoint(control)
        .WithReference(ingest)
        .WithReference(feeds)
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health");
}

if (options.TrafficEnabled)
{
    builder.AddProject<Projects.StreamSocial_Traffic>("traffic")
        .WithSections("Traffic")
        .WithFile("Traffic:Trace")
        .WithReference(ingest)
        .WaitFor(ingest)
        .WaitFor(feeds)
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health");
}

builder.AddLinks();
var application = builder.Build();
var stopping = application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
try
{
    await application.RunAsync();
    return Environment.ExitCode;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    // Stopped while it still started.
    return Environment.ExitCode;
}
catch (KafkaSourceException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
