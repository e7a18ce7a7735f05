"""Is the front real? Its networks trained again with other seeds."""
